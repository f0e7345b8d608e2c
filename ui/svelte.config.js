/** Scoped styles by name: their names stand at every element, and are as short as keeps them apart. */
const styles = new Map();

function cssHash({ hash, css, filename }) {
  const name = `s${hash(css).slice(0, 4)}`;
  const others = styles.get(name);
  if (others !== undefined && others.css !== css && others.filename !== filename) {
    throw new Error(
      `the styles of ${filename} and ${others.filename} got one name: take more letters in svelte.config.js`,
    );
  }
  styles.set(name, { css, filename });
  return name;
}

/** Trusted Types forbid innerHTML, so fragments are built element by element (`tree`). */
export default {
  compilerOptions: { runes: true, fragments: "tree", cssHash },
};
