/**
 * The editor of the rules: CodeMirror with TOML, and what is wrong at its place. Fetched when the rules are opened.
 *
 * It lives in a shadow root, because its styles are then constructed style sheets, which the page's policy allows.
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentUnit, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState, StateEffect, StateField, type Text } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  WidgetType,
  type DecorationSet,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Fault } from "./draft.svelte.ts";

export interface Editor {
  setText(text: string): void;
  setFaults(faults: readonly Fault[]): void;
  /** Puts the caret there and shows it. */
  jump(line: number, column: number): void;
  destroy(): void;
}

interface Options {
  text: string;
  readonly: boolean;
  ontype: (text: string) => void;
}

/** The colours are the page's, so that light and dark are its own. The page's policy forbids pictures in addresses. */
const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--pane)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "20px", overflow: "auto" },
  ".cm-content": { padding: "12px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 12px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    backgroundColor: "var(--sunken)",
    color: "var(--ink-3)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 6px", minWidth: "36px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--ink) 4%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--hover)", color: "var(--ink-2)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selected)" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  ".cm-lint-marker-error": {
    content: "none",
    width: "8px",
    height: "8px",
    margin: "6px 3px",
    borderRadius: "50%",
    backgroundColor: "var(--danger)",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--danger)",
    textUnderlineOffset: "3px",
  },
  ".cm-lintPoint-error::after": { borderBottomColor: "var(--danger)" },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "8px",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    boxShadow: "var(--shadow)",
    font: "13px/1.45 var(--font)",
  },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--danger)", padding: "6px 10px" },
  ".cm-fault": { backgroundColor: "color-mix(in srgb, var(--danger) 9%, transparent)" },
  ".cm-fault-words": {
    marginLeft: "24px",
    padding: "0 8px",
    borderRadius: "4px",
    backgroundColor: "var(--danger-soft)",
    color: "var(--danger)",
    font: "12.5px/20px var(--font)",
  },
});

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.comment, color: "var(--ink-3)" },
    { tag: tags.string, color: "var(--good)" },
    { tag: [tags.number, tags.atom], color: "var(--warn)" },
    { tag: tags.propertyName, color: "var(--accent)" },
  ]),
);

/** What is wrong with a line, in words behind its end. The list of problems says the same to screen readers. */
class FaultWords extends WidgetType {
  constructor(private readonly words: string) {
    super();
  }

  override eq(other: FaultWords): boolean {
    return other.words === this.words;
  }

  override toDOM(): HTMLElement {
    const words = document.createElement("span");
    words.className = "cm-fault-words";
    words.ariaHidden = "true";
    words.textContent = this.words;
    return words;
  }
}

const setFaultLines = StateEffect.define<DecorationSet>();
const faultLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(setFaultLines)) return effect.value;
    return shown.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Where a line and a column are; what lies behind the end is at the end. Columns count letters, not UTF-16 units. */
function offsetOf(text: Text, line: number, column: number): number {
  const { from, text: words } = text.line(Math.min(Math.max(1, line), text.lines));
  return from + [...words].slice(0, Math.max(0, column - 1)).join("").length;
}

function diagnosticOf(text: Text, { line, column, message }: Fault): Diagnostic {
  const from = offsetOf(text, line, column);
  const { to } = text.lineAt(from);
  return { from, to: Math.max(from, to), severity: "error", message };
}

/** One note for each line, so that they do not cover each other. */
function linesOf(text: Text, faults: readonly Fault[]): DecorationSet {
  const byLine = new Map<number, string[]>();
  for (const { line, message } of faults) {
    const number = Math.min(Math.max(1, line), text.lines);
    byLine.set(number, [...(byLine.get(number) ?? []), message]);
  }
  const ranges = [...byLine].flatMap(([number, [first = "", ...others]]) => {
    const { from, to } = text.line(number);
    const words = others.length > 0 ? `${first}, and ${others.length} more` : first;
    return [
      Decoration.line({ class: "cm-fault" }).range(from),
      Decoration.widget({ widget: new FaultWords(words), side: 1 }).range(to),
    ];
  });
  return Decoration.set(ranges, true);
}

export function createEditor(host: HTMLElement, { text, readonly, ontype }: Options): Editor {
  const root = host.attachShadow({ mode: "open" });
  const told = new Compartment();
  /** A text that came from outside was not typed. */
  let setting = false;
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        bracketMatching(),
        indentUnit.of("  "),
        StreamLanguage.define(toml),
        colours,
        look,
        faultLines,
        EditorState.readOnly.of(readonly),
        EditorView.editable.of(!readonly),
        told.of(EditorView.contentAttributes.of(attributes(readonly, false))),
        // Escape lets the next Tab leave the editor, also where it first drops a selection.
        keymap.of([{ key: "Escape", run: letTabLeave }, ...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged && !setting) ontype(state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText(fresh) {
      if (view.state.doc.toString() === fresh) return;
      setting = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: fresh } });
      setting = false;
    },
    setFaults(faults) {
      const { doc } = view.state;
      const diagnostics = faults.map((fault) => diagnosticOf(doc, fault));
      view.dispatch(setDiagnostics(view.state, diagnostics), {
        effects: [
          setFaultLines.of(linesOf(doc, faults)),
          told.reconfigure(EditorView.contentAttributes.of(attributes(readonly, faults.length > 0))),
        ],
      });
    },
    jump(line, column) {
      const at = offsetOf(view.state.doc, line, column);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

function letTabLeave(view: EditorView): boolean {
  view.setTabFocusMode(2000);
  return false;
}

function attributes(readonly: boolean, invalid: boolean): Record<string, string> {
  return {
    "aria-label": "Rules document",
    "aria-invalid": String(invalid),
    spellcheck: "false",
    autocapitalize: "off",
    autocorrect: "off",
    // Also what cannot be edited is reached by the keyboard, to be scrolled.
    tabindex: "0",
    ...(readonly
      ? { "aria-readonly": "true" }
      : { "aria-description": "Tab indents. Press Escape, then Tab, to leave the editor." }),
  };
}
