/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Runs a script in a QuickJS of its own. README.md builds it. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "quickjs.h"

#define HOST(name)                                                             \
    __attribute__((import_module("host"), import_name(#name))) name

/* The host shows a text. */
void HOST(print)(const char *text, size_t length);

/* print(value), as scripts see it. */
static JSValue script_print(JSContext *js, JSValueConst self, int count,
                            JSValueConst *values) {
    (void)self, (void)count;
    size_t length;
    const char *text = JS_ToCStringLen(js, &length, values[0]);
    if (!text) return JS_EXCEPTION;
    print(text, length);
    JS_FreeCString(js, text);
    return JS_UNDEFINED;
}

static void error_print(JSContext *js) {
    const char *text = JS_ToCString(js, JS_GetException(js));
    if (!text) text = "no memory for the text of an error";
    print(text, strlen(text));
}

/*
 * Runs a text that ends with a zero, which is not counted in `length`, and
 * returns whether it succeeded. Nothing is freed: the host resets the heap,
 * which takes O(1) time and needs no engine that is still whole.
 */
bool plugin_run(const char *script, size_t length) {
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *js = runtime ? JS_NewContext(runtime) : NULL;
    if (!js) return false;
    JSValue global = JS_GetGlobalObject(js);
    JSValue function = JS_NewCFunction(js, script_print, "print", 1);
    JS_SetPropertyStr(js, global, "print", function);
    JSValue result = JS_Eval(js, script, length, "plugin", JS_EVAL_TYPE_GLOBAL);
    if (!JS_IsException(result)) return true;
    error_print(js);
    return false;
}
