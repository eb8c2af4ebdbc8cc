/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Runs the Lua script on standard input, in protected calls throughout. */
#include "input.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

struct script {
    const char *text;
    size_t length;
};

/* All but os, io and package, which need a system. */
static const luaL_Reg libraries[] = {
    {"_G", luaopen_base},
    {LUA_COLIBNAME, luaopen_coroutine},
    {LUA_TABLIBNAME, luaopen_table},
    {LUA_STRLIBNAME, luaopen_string},
    {LUA_BITLIBNAME, luaopen_bit32},
    {LUA_MATHLIBNAME, luaopen_math},
    {LUA_DBLIBNAME, luaopen_debug},
};

static void libraries_open(lua_State *lua) {
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        luaL_requiref(lua, libraries[i].name, libraries[i].func, 1);
        lua_pop(lua, 1);
    }
}

static int script_run(lua_State *lua) {
    const struct script *script = lua_touserdata(lua, 1);
    libraries_open(lua);
    if (luaL_loadbufferx(lua, script->text, script->length, "=script", "t")) {
        return lua_error(lua);
    }
    lua_call(lua, 0, 0);
    return 0;
}

static int state_run(struct script script) {
    lua_State *lua = luaL_newstate();
    if (!lua) {
        printf("error: no memory for a state\n");
        return LUA_ERRMEM;
    }
    lua_pushcfunction(lua, script_run);
    lua_pushlightuserdata(lua, &script);
    int status = lua_pcall(lua, 1, 0, 0);
    if (status != LUA_OK) printf("error: %s\n", lua_tostring(lua, -1));
    lua_close(lua);
    return status;
}

int main(void) {
    size_t length;
    char *text = input_read(&length);
    if (!text) return LUA_ERRMEM;
    int status = state_run((struct script){text, length});
    free(text);
    return status;
}
