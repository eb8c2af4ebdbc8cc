// SPDX-License-Identifier: MIT OR Apache-2.0
// What build systems read of a release: files of CMake, pkg-config and Meson,
// with a target for each archive. All name its files by where they lie
// themselves, so that a release works wherever it is unpacked or installed.
import { archivePath, LIBRARIES } from './builds.js';

/** Each archive: its build, its path from lib/, and its name for pkg-config and Meson. */
const libraries = Object.entries(LIBRARIES).map(([archive, build]) => ({
  name: build.name,
  use: build.use,
  path: archivePath(archive),
  dependency: `${build.archive.replace(/^lib/, '')}${build.target === 'wasm64' ? '64' : ''}`,
}));

/** The name without a build's chooses the default one. */
const standard = libraries.find(({ dependency }) => dependency === 'tlsf') ?? libraries[0];

/** The names by which pkg-config and Meson know the archives. */
export const dependencies = libraries.map(({ dependency }) => dependency);

const config = () => `# tlsf::tlsf and, for each build, tlsf::BUILD: docs/install.md.
get_filename_component(_tlsf_prefix "\${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

macro(_tlsf_add build archive)
  if(NOT TARGET tlsf::\${build})
    add_library(tlsf::\${build} STATIC IMPORTED GLOBAL)
    set_target_properties(tlsf::\${build} PROPERTIES
      IMPORTED_LOCATION "\${_tlsf_prefix}/lib/\${archive}"
      INTERFACE_INCLUDE_DIRECTORIES "\${_tlsf_prefix}/include")
  endif()
endmacro()

${libraries.map(({ name, path }) => `_tlsf_add(${name} ${path})`).join('\n')}

if(NOT TARGET tlsf::tlsf)
  add_library(tlsf::tlsf ALIAS tlsf::${standard.name})
endif()
unset(_tlsf_prefix)
`;

/** Before 1.0.0 a minor version may break what the one before promised. */
const configVersion = (version) => {
  const [major, minor] = version.split('.');
  const series =
    major === '0'
      ? ` AND (NOT PACKAGE_FIND_VERSION_COUNT GREATER 1 OR
    PACKAGE_FIND_VERSION_MINOR EQUAL ${minor})`
      : '';
  return `set(PACKAGE_VERSION "${version}")
set(PACKAGE_VERSION_COMPATIBLE FALSE)
if(PACKAGE_FIND_VERSION_MAJOR EQUAL ${major}${series}
    AND NOT PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
  set(PACKAGE_VERSION_EXACT TRUE)
endif()
`;
};

const pc = ({ name, use, path, dependency }, version) => {
  const [folder, file] = path.split('/');
  return `prefix=\${pcfiledir}/../..
libdir=\${prefix}/lib/${folder}
includedir=\${prefix}/include

Name: ${dependency}
Description: malloc for WebAssembly, build ${name}: ${use}
Version: ${version}
Cflags: -I\${includedir}
Libs: -L\${libdir} -l${file.replace(/^lib|\.a$/g, '')}
`;
};

/** Files of a release that build systems look for below a prefix, by their paths. */
export const prefixFiles = (version) => ({
  'lib/cmake/tlsf/tlsfConfig.cmake': config(),
  'lib/cmake/tlsf/tlsfConfigVersion.cmake': configVersion(version),
  ...Object.fromEntries(
    libraries.map((library) => [`lib/pkgconfig/${library.dependency}.pc`, pc(library, version)]),
  ),
});

const cmakeLists = (
  version,
) => `# For add_subdirectory and FetchContent: the targets that find_package(tlsf) gives.
cmake_minimum_required(VERSION 3.11)
project(tlsf-wasm VERSION ${version} LANGUAGES NONE)
include("\${CMAKE_CURRENT_SOURCE_DIR}/lib/cmake/tlsf/tlsfConfig.cmake")
`;

const mesonBuild = (version) => `# As a subproject it gives a dependency for each archive.
project('tlsf-wasm', version: '${version}', license: 'MIT OR Apache-2.0', meson_version: '>=0.56')

headers = include_directories('include')
archives = {
${libraries.map(({ dependency, path }) => `  '${dependency}': '${path}',`).join('\n')}
}

# Written so, an archive does not make Meson write --start-group, which wasm-ld
# refuses. Unused functions are dropped anyway.
foreach name, path : archives
  meson.override_dependency(name, declare_dependency(
    include_directories: headers,
    link_args: '-Wl,' + meson.current_source_dir() / 'lib' / path + ',--gc-sections'))
endforeach
`;

/** Files at the root of a release, for those who have it in their source tree. */
export const rootFiles = (version) => ({
  'CMakeLists.txt': cmakeLists(version),
  'meson.build': mesonBuild(version),
});

/** The file by which Meson finds a release as a subproject. */
export const wrapFile = (version, url, hash) => `[wrap-file]
directory = tlsf-wasm-${version}
source_url = ${url}/releases/download/v${version}/tlsf-wasm-${version}.tar.gz
source_filename = tlsf-wasm-${version}.tar.gz
source_hash = ${hash}

[provide]
dependency_names = ${dependencies.join(', ')}
`;
