/** How TypeScript and Svelte are laid out, here and in editors. `tools/check.sh` says which folders are held to it. */
export default {
  printWidth: 120,
  plugins: ["prettier-plugin-svelte"],
  overrides: [{ files: "*.svelte", options: { parser: "svelte" } }],
};
