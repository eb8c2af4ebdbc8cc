/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Runs each script named on the command line in a QuickJS of its own, with
 * its extensions for big numbers, and prints how it ended. A runtime that is
 * given back asserts that no object of it is left.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quickjs.h"

JSModuleDef *js_init_module_bjson(JSContext *js, const char *name);

struct text {
    char *start;
    size_t length;
};

/* The whole of a file; start is NULL if it can't be had. */
static struct text file_read(const char *path) {
    struct text text = {NULL, 0};
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) return text;
    text.length = (size_t)ftell(file);
    text.start = calloc(1, text.length + 1);
    rewind(file);
    if (text.start && !fread(text.start, text.length, 1, file)) {
        free(text.start);
        text.start = NULL;
    }
    fclose(file);
    return text;
}

/* The one module that the tests import is QuickJS's own, in C. */
static JSModuleDef *module_load(JSContext *js, const char *name, void *unused) {
    (void)unused;
    return js_init_module_bjson(js, name);
}

static JSContext *context_new(JSRuntime *runtime) {
    JSContext *js = JS_NewContext(runtime);
    if (!js) return NULL;
    JS_AddIntrinsicBigFloat(js);
    JS_AddIntrinsicBigDecimal(js);
    JS_AddIntrinsicOperators(js);
    JS_EnableBignumExt(js, 1);
    return js;
}

/* Prints and clears the exception; true if there was none. */
static bool succeeded(JSContext *js, JSValue value) {
    bool failed = JS_IsException(value);
    JS_FreeValue(js, value);
    if (!failed) return true;
    JSValue exception = JS_GetException(js);
    const char *message = JS_ToCString(js, exception);
    printf("error: %s\n", message ? message : "of which there is no text");
    JS_FreeCString(js, message);
    JS_FreeValue(js, exception);
    return false;
}

static bool script_run(JSContext *js, const char *path, struct text text) {
    bool module = !strncmp(text.start, "import ", 7);
    int flags = module ? JS_EVAL_TYPE_MODULE : JS_EVAL_TYPE_GLOBAL;
    if (!succeeded(js, JS_Eval(js, text.start, text.length, path, flags))) {
        return false;
    }
    int jobs;
    for (JSContext *of; (jobs = JS_ExecutePendingJob(JS_GetRuntime(js), &of));)
        if (jobs < 0) return succeeded(of, JS_EXCEPTION);
    return true;
}

static bool path_run(JSContext *js, const char *path) {
    struct text text = file_read(path);
    bool good = text.start && script_run(js, path, text);
    if (!text.start) printf("error: no memory for %s, or no such file\n", path);
    free(text.start);
    return good;
}

/* "before+script": the first is run first, in the same context. */
static bool paths_run(JSContext *js, char *paths) {
    char *next = strchr(paths, '+');
    if (next) *next++ = '\0';
    return path_run(js, paths) && (!next || path_run(js, next));
}

static bool engine_run(char *paths) {
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *js = runtime ? context_new(runtime) : NULL;
    if (js) JS_SetModuleLoaderFunc(runtime, NULL, module_load, NULL);
    bool good = js && paths_run(js, paths);
    if (!js) printf("error: no memory for an engine\n");
    if (js) JS_FreeContext(js);
    if (runtime) JS_FreeRuntime(runtime);
    return good;
}

int main(int argc, char **argv) {
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        bool good = engine_run(argv[i]);
        printf("%s: %s\n", argv[i], good ? "passed" : "failed");
        failed += !good;
    }
    return failed != 0;
}
