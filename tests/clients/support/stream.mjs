/** Items that arrive one by one. `take` waits for the next, and fails as the stream did. */
export class Stream {
  #items = [];
  #takers = [];
  #failure;

  push(item) {
    this.#items.push(item);
    this.#settle();
  }

  fail(error) {
    this.#failure = error;
    this.#settle();
  }

  take() {
    return new Promise((resolve, reject) => {
      this.#takers.push({ resolve, reject });
      this.#settle();
    });
  }

  #settle() {
    while (this.#takers.length > 0 && this.#items.length > 0) this.#takers.shift().resolve(this.#items.shift());
    if (this.#failure) for (const taker of this.#takers.splice(0)) taker.reject(this.#failure);
  }
}
