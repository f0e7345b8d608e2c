/** What the browser has and the tests' document lacks. */
import { afterEach, beforeEach } from "vitest";

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  Element.prototype.scrollIntoView = () => {};
});
afterEach(() => {
  document.body.replaceChildren();
});
