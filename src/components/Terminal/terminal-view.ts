import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebglAddon } from '@xterm/addon-webgl';
import { type ITheme, Terminal } from '@xterm/xterm';
import type { LabHandle } from '../../worker/client-lab.ts';

export interface ViewSettings {
  readonly fontSize: number;
  readonly screenReader: boolean;
}

export interface ViewEvents {
  /** Ctrl-Shift-F. */
  onSearch(): void;
  /** Escape twice: the keyboard's way out. */
  onLeave(): void;
}

/** One xterm.js showing one terminal of a lab. This file, and all of xterm.js with it, is loaded when a lab is shown. */
export interface TerminalView {
  apply(settings: ViewSettings): void;
  focus(): void;
  /** As if typed. */
  send(text: string): void;
  /** Ctrl is held for the next key: the key bar of touch screens. */
  holdCtrl(on: boolean, released: () => void): void;
  find(text: string, back: boolean): boolean;
  endSearch(): void;
  /** All that the terminal remembers, as text. */
  text(): string;
  dispose(): void;
}

const FONT = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace';
const SCROLLBACK = 10_000;
/** RIS: everything as it was when the terminal was switched on. */
const RESET = '\x1bc';
const DOUBLE_ESCAPE_MS = 500;
const FONT_WAIT_MS = 250;

function themeFromPage(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
  const ansi = Object.fromEntries(
    names.flatMap((name) => [
      [name, color(`ansi-${name}`)],
      [`bright${name[0]?.toUpperCase()}${name.slice(1)}`, color(`ansi-${name}`)],
    ]),
  );
  return {
    ...ansi,
    background: color('paper-raised'),
    foreground: color('ink'),
    cursor: color('accent'),
    cursorAccent: color('paper-raised'),
    selectionBackground: color('terminal-selection'),
  };
}

/** Shows the terminal in `container`, with the site's font, and connects it with the lab. */
export async function openView(
  container: HTMLElement,
  handle: LabHandle,
  terminal: number,
  settings: ViewSettings,
  events: ViewEvents,
): Promise<TerminalView> {
  // Cells are measured once: better a moment later than in the wrong font.
  const font = document.fonts.load(`13px ${FONT}`);
  await Promise.race([font, new Promise((resolve) => setTimeout(resolve, FONT_WAIT_MS))]);

  const xterm = new Terminal({
    fontFamily: FONT,
    fontSize: settings.fontSize,
    lineHeight: 1.25,
    screenReaderMode: settings.screenReader,
    scrollback: SCROLLBACK,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    cursorInactiveStyle: 'outline',
    macOptionIsMeta: true,
    // Colours that programs choose stay readable on paper.
    minimumContrastRatio: 4.5,
    theme: themeFromPage(),
    allowProposedApi: true,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  xterm.loadAddon(fit);
  xterm.loadAddon(search);
  xterm.open(container);
  addWebgl(xterm);

  let holdingCtrl: (() => void) | undefined;
  const heldEscape = new HeldEscape(() => handle.input(terminal, '\x1b'));
  xterm.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown') return true;
    if (event.ctrlKey && event.shiftKey && event.code === 'KeyC') {
      event.preventDefault();
      void navigator.clipboard?.writeText(xterm.getSelection());
      return false;
    }
    if (event.ctrlKey && event.shiftKey && event.code === 'KeyF') {
      event.preventDefault();
      events.onSearch();
      return false;
    }
    // The browser pastes, xterm hears of it.
    if (event.ctrlKey && event.shiftKey && event.code === 'KeyV') return false;
    // Full-screen programs need every Escape; elsewhere one waits for a second, which leaves.
    if (event.key === 'Escape' && xterm.buffer.active.type === 'normal') {
      if (heldEscape.waiting) {
        heldEscape.drop();
        events.onLeave();
      } else heldEscape.hold();
      return false;
    }
    heldEscape.release();
    return true;
  });
  xterm.onData((data) => {
    const control = holdingCtrl && data.length === 1 ? String.fromCharCode(data.toUpperCase().charCodeAt(0) & 0x1f) : data;
    holdingCtrl?.();
    holdingCtrl = undefined;
    handle.input(terminal, control);
  });
  xterm.onResize(({ cols, rows }) => handle.resize(terminal, cols, rows));

  const refit = () => {
    if (container.offsetWidth > 0 && container.offsetHeight > 0) fit.fit();
  };
  const sizes = new ResizeObserver(() => requestAnimationFrame(refit));
  sizes.observe(container);
  refit();
  handle.resize(terminal, xterm.cols, xterm.rows);
  void font.then(() => {
    xterm.options.fontFamily = `${FONT}, monospace`;
    refit();
  });
  const themes = new MutationObserver(() => {
    xterm.options.theme = themeFromPage();
  });
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });

  const detach = handle.stream(terminal).attach({
    write: (data, shown) =>
      xterm.write(data, () => {
        shown();
        markPrompt(xterm);
      }),
    // In its turn: what was printed before may not be on the screen yet.
    clear: () => xterm.write(RESET),
  });

  return {
    apply({ fontSize, screenReader }) {
      xterm.options.fontSize = fontSize;
      xterm.options.screenReaderMode = screenReader;
      refit();
    },
    focus: () => xterm.focus(),
    send: (text) => {
      handle.input(terminal, text);
      xterm.focus();
    },
    holdCtrl: (on, released) => {
      holdingCtrl = on ? released : undefined;
      xterm.focus();
    },
    find: (text, back) => (back ? search.findPrevious(text) : search.findNext(text)),
    endSearch: () => {
      search.clearDecorations();
      xterm.clearSelection();
      xterm.focus();
    },
    text: () => {
      const { buffer } = xterm;
      const lines = Array.from({ length: buffer.active.length }, (_, row) => buffer.active.getLine(row)?.translateToString(true) ?? '');
      return lines.join('\n').trimEnd();
    },
    dispose: () => {
      heldEscape.drop();
      detach();
      sizes.disconnect();
      themes.disconnect();
      xterm.dispose();
    },
  };
}

/** An Escape that has been pressed and not sent yet. */
class HeldEscape {
  readonly #send: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: () => void) {
    this.#send = send;
  }

  get waiting(): boolean {
    return this.#timer !== undefined;
  }

  hold(): void {
    this.#timer = setTimeout(() => this.release(), DOUBLE_ESCAPE_MS);
  }

  /** Sends it, before the next key. */
  release(): void {
    if (!this.waiting) return;
    this.drop();
    this.#send();
  }

  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

let marked = false;

/** Marks the moment of the page's first prompt on the browser's timeline, for those who measure. */
function markPrompt({ buffer: { active } }: Terminal): void {
  if (marked || !/[#$] ?$/.test(active.getLine(active.baseY + active.cursorY)?.translateToString(true) ?? '')) return;
  marked = true;
  performance.mark('vethlab:prompt');
}

/** Draws with the graphics card where there is one; where there is none, or it is lost, xterm draws with the page's own elements. */
function addWebgl(xterm: Terminal): void {
  // A graphics card that is played by the processor is slower than the page's elements.
  const probe = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  const renderer = probe?.getParameter(probe.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL ?? probe.RENDERER);
  probe?.getExtension('WEBGL_lose_context')?.loseContext();
  if (!probe || /swiftshader|llvmpipe|software/i.test(String(renderer))) return;
  try {
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => webgl.dispose());
    xterm.loadAddon(webgl);
  } catch {
    // It was lost in between.
  }
}
