/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* wasi-libc's locales call __libc_malloc and __libc_free. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

int main(void) {
    printf("%s\n", setlocale(LC_ALL, "") ? "set" : "not set");
    locale_t l = newlocale(LC_CTYPE_MASK, "xx_YY.UTF-8", (locale_t)0);
    locale_t copy = l ? duplocale(l) : l;
    if (!copy) return 1;
    uselocale(copy);
    wchar_t wide;
    printf("%d bytes\n", mbtowc(&wide, "\xe2\x82\xac", 3));
    uselocale(LC_GLOBAL_LOCALE);
    freelocale(copy);
    freelocale(l);
    return 0;
}
