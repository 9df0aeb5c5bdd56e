// What expressions have and this version of SpiderMonkey has not, after ECMA-262 of 2023 and 2024 and the HTML standard.
"use strict";
const define = (owner, name, value) => {
  if (!(name in owner)) Object.defineProperty(owner, name, {value, writable: true, configurable: true});
};
define(Array.prototype, "toReversed", function () { return Array.from(this).reverse(); });
define(Array.prototype, "toSorted", function (compare) { return Array.from(this).sort(compare); });
define(Array.prototype, "toSpliced", function (...given) { const copy = Array.from(this); copy.splice(...given); return copy; });
define(Array.prototype, "with", function (index, value) {
  const at = Math.trunc(Number(index)) || 0;
  const place = at < 0 ? this.length + at : at;
  if (place < 0 || place >= this.length) throw new RangeError("index");
  const copy = Array.from(this);
  copy[place] = value;
  return copy;
});
define(Array.prototype, "findLast", function (test) {
  for (let i = this.length - 1; i >= 0; --i) if (test(this[i], i, this)) return this[i];
});
define(Array.prototype, "findLastIndex", function (test) {
  for (let i = this.length - 1; i >= 0; --i) if (test(this[i], i, this)) return i;
  return -1;
});
define(Object, "groupBy", (items, key) => {
  const groups = Object.create(null);
  let index = 0;
  for (const item of items) (groups[key(item, index++)] ??= []).push(item);
  return groups;
});
define(String.prototype, "isWellFormed", function () { return !/\p{Surrogate}/u.test(this); });
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
define(globalThis, "btoa", (value) => {
  const text = String(value);
  let out = "";
  for (let i = 0; i < text.length; i += 3) {
    const bytes = [0, 1, 2].map((k) => (i + k < text.length ? text.charCodeAt(i + k) : -1));
    if (bytes.some((byte) => byte > 255)) throw new Error("InvalidCharacterError");
    const bits = (bytes[0] << 16) | (Math.max(bytes[1], 0) << 8) | Math.max(bytes[2], 0);
    out += alphabet[bits >> 18] + alphabet[(bits >> 12) & 63];
    out += bytes[1] < 0 ? "=" : alphabet[(bits >> 6) & 63];
    out += bytes[2] < 0 ? "=" : alphabet[bits & 63];
  }
  return out;
});
define(globalThis, "atob", (value) => {
  let text = String(value).replace(/[\t\n\f\r ]/g, "");
  if (text.length % 4 === 0) text = text.replace(/==?$/, "");
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new Error("InvalidCharacterError");
  let out = "";
  let bits = 0;
  let count = 0;
  for (const character of text) {
    bits = (bits << 6) | alphabet.indexOf(character);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += String.fromCharCode((bits >> count) & 255);
      bits &= (1 << count) - 1;
    }
  }
  return out;
});
// The clock of the tests.
{
  const Real = Date;
  const now = 1700000000123;
  globalThis.Date = new Proxy(Real, {
    construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now] : given),
  });
  Real.now = () => now;
}
