// SPDX-License-Identifier: MIT OR Apache-2.0
// The results as tables, for a terminal and for documents.
import { REFERENCE } from './allocators.js';
import { quantile } from './measure.js';
import { markdown } from '../tools/readme.js';

export { markdown };

const fixed = (value, digits = 2) => (value === undefined ? '-' : value.toFixed(digits));

/** A time with three digits, or in thousands. */
export function nanoseconds(ns) {
  if (ns === undefined || ns === null) return '-';
  if (ns >= 1e4) return `${(ns / 1e3).toFixed(0)}k`;
  return ns >= 100 ? ns.toFixed(0) : ns.toPrecision(3);
}

/** Rows of cells as lines; the first column is aligned to the left. */
export function columns(rows) {
  const widths = rows[0].map((_cell, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  '),
    )
    .join('\n');
}

const failures = ({ failed, stopped }) => (stopped ? '' : failed ? ' !' : '');

/** What a workload is used for: tuning or report. */
const useOf = (sets, workload) =>
  ['tuning', 'report'].find((use) => sets[use]?.workloads.includes(workload)) ?? '-';

const plusMinus = ({ spread }) => ` ±${(spread * 50).toFixed(0)}%`;

/** The mean and the worst ratio of each allocator over each set of workloads. */
const setRows = (sets, names) =>
  Object.entries(sets).flatMap(([set, { workloads, of }]) => {
    const mean = ({ mean: value, of: counted }) =>
      `${fixed(value)}${counted && counted < workloads.length ? ' *' : ''}`;
    return [
      [`mean, ${set}`, `${workloads.length}`, ...names.map((name) => mean(of[name]))],
      [`worst, ${set}`, '', ...names.map((name) => fixed(of[name].worst.ratio || undefined))],
    ];
  });

/** A table of these alone. */
export const meanRows = ({ sets }, names) => [
  ['set', 'workloads', ...names],
  ...setRows(sets, names),
];

/** Where cells have no spread: its median over the workloads. */
const spreadRow = (workloads, names) => {
  const of = (name) => Object.values(workloads).flatMap((each) => each[name].spread ?? []);
  const cell = (spreads) => (spreads.length ? plusMinus({ spread: quantile(spreads, 0.5) }) : '-');
  return ['spread, median', '', '', ...names.map((name) => cell(of(name)).trim())];
};

function ratioRows({ workloads, sets }, names, each) {
  const spread = (of) => (each && of.ns ? plusMinus(of) : '');
  const cell = (of) => `${fixed(of.ratio)}${spread(of)}${failures(of)}`;
  const rows = Object.entries(workloads).map(([workload, of]) => [
    workload,
    useOf(sets, workload),
    nanoseconds(of[REFERENCE]?.ns),
    ...names.map((name) => cell(of[name])),
  ]);
  return [
    ['workload', 'used for', `${REFERENCE} ns`, ...names],
    ...rows,
    ...setRows(sets, names).map(([set, size, ...cells]) => [set, size, '', ...cells]),
    ...(each ? [] : [spreadRow(workloads, names)]),
  ];
}

function pageRows({ workloads }, names) {
  const rows = [['peak pages', ...names]];
  for (const [workload, of] of Object.entries(workloads)) {
    rows.push([workload, ...names.map((name) => (of[name].stopped ? '-' : `${of[name].pages}`))]);
  }
  return rows;
}

const sizeRows = (sizes, names) => [
  ['', ...names],
  ['bytes of code', ...names.map((name) => `${sizes[name]}`)],
];

/** Why an allocator has no figure for some workloads: one line for each reason. */
function stops(workloads, name) {
  const where = new Map();
  for (const [workload, of] of Object.entries(workloads)) {
    const { stopped } = of[name];
    if (stopped) where.set(stopped, [...(where.get(stopped) ?? []), workload]);
  }
  return [...where].map(([reason, of]) => `- ${name} ${reason} in ${of.join(', ')}`);
}

function failedRequests(workloads, name) {
  const failing = Object.entries(workloads).filter(
    ([, of]) => of[name].failed && !of[name].stopped,
  );
  return failing.map(
    ([workload, of]) =>
      `- !: in ${workload}, ${name} failed ${of[name].failed} requests out of ${of[name].count} operations`,
  );
}

const notes = ({ workloads }, names) =>
  names.flatMap((name) => [...failedRequests(workloads, name), ...stops(workloads, name)]);

/** The report of one engine. `table` is `columns` or `markdown`. */
export function report({ engine, rounds, sizes, ...measured }, names, table = columns) {
  const tables = [
    table(ratioRows(measured, names, table === columns)),
    table(pageRows(measured, names)),
    table(sizeRows(sizes, names)),
  ];
  const remarks = notes(measured, names);
  if (Object.values(measured.workloads).some((of) => names.some((name) => of[name].stopped)))
    remarks.push('- \\*: the mean of those workloads that the allocator completed');
  return [
    `${engine}, ${rounds} rounds; time as a ratio to ${REFERENCE}'s (less is better)${table === columns ? ', ± half of the interquartile range' : ''}`,
    ...tables,
    remarks.join('\n'),
  ].join('\n\n');
}
