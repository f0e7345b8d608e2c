/** Trusted Types forbid innerHTML, so fragments are built element by element (`tree`). */
export default {
  compilerOptions: { runes: true, fragments: "tree" },
};
