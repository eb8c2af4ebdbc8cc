/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* No C++ library: libtlsf.a has new and delete. README.md builds it. */

/* Items in one block, which doubles when it is full. */
template <typename T> class Vector {
    T *items = nullptr;
    unsigned count = 0, room = 0;

    void grow() {
        room = room ? 2 * room : 4;
        T *longer = new T[room];
        for (unsigned i = 0; i < count; i++)
            longer[i] = static_cast<T &&>(items[i]);
        delete[] items;
        items = longer;
    }

  public:
    Vector() = default;
    Vector(const Vector &) = delete;
    Vector &operator=(Vector &&other) {
        delete[] items;
        items = other.items, count = other.count, room = other.room;
        other.items = nullptr, other.count = other.room = 0;
        return *this;
    }
    ~Vector() { delete[] items; }

    unsigned size() const { return count; }
    T &operator[](unsigned i) { return items[i]; }
    T &last() { return items[count - 1]; }

    T &add() {
        if (count == room) grow();
        return items[count++];
    }
};

using Pile = Vector<int>;

/* The first pile whose last card is not below this one, or a new pile. */
static Pile &pile_for(Vector<Pile> &piles, int card) {
    for (unsigned i = 0; i < piles.size(); i++) {
        if (piles[i].last() >= card) return piles[i];
    }
    return piles.add();
}

extern "C" int *cards_new(unsigned n) { return new int[n]; }
extern "C" void cards_delete(int *cards) { delete[] cards; }

/* How many piles patience sorting makes: the longest rise among the cards. */
extern "C" unsigned longest_rise(const int *cards, unsigned n) {
    Vector<Pile> piles;
    for (unsigned i = 0; i < n; i++)
        pile_for(piles, cards[i]).add() = cards[i];
    return piles.size();
}
