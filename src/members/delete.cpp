/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Each form of delete: the sizes and alignments are not needed. */
#include "new.h"

WEAK void operator delete(void *p) noexcept { free(p); }

WEAK void operator delete(void *p, size_t) noexcept { operator delete(p); }

WEAK void operator delete(void *p, const std::nothrow_t &) noexcept {
    operator delete(p);
}

WEAK void operator delete[](void *p) noexcept { operator delete(p); }

WEAK void operator delete[](void *p, size_t) noexcept { operator delete[](p); }

WEAK void operator delete[](void *p, const std::nothrow_t &) noexcept {
    operator delete[](p);
}

WEAK void operator delete(void *p, std::align_val_t) noexcept { free(p); }

WEAK void operator delete(void *p, size_t, std::align_val_t align) noexcept {
    operator delete(p, align);
}

WEAK void operator delete(void *p, std::align_val_t align,
                          const std::nothrow_t &) noexcept {
    operator delete(p, align);
}

WEAK void operator delete[](void *p, std::align_val_t align) noexcept {
    operator delete(p, align);
}

WEAK void operator delete[](void *p, size_t, std::align_val_t align) noexcept {
    operator delete[](p, align);
}

WEAK void operator delete[](void *p, std::align_val_t align,
                            const std::nothrow_t &) noexcept {
    operator delete[](p, align);
}
