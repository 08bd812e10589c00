/** How large files, functions and lines may be. What is generated is exempt. */
import { type Modules } from "./modules.ts";
import { hasExtension, isGenerated, linesOf, type Offence, type Tree } from "./tree.ts";

/** Aim at 300; above 400 a file does more than one thing. */
const FILE_LINES = 400;
/** Aim at 40; above 70 a function cannot be seen at once. */
const FUNCTION_LINES = 70;
/** Aim at 60; C spells out what TypeScript says in a line. */
const C_FUNCTION_LINES = 75;
const COLUMNS = 100;
const TAB_WIDTH = 8;

const CODE = [".ts", ".c", ".h", ".cc", ".sh", ".proto", "Makefile", ".ci/run"];
/** What its braces hold are declarations. */
const GROUP = /^\t*(namespace|class|struct|union|enum|extern)\b/;
/** Whoever calls them groups tests: its length is the file's. */
const TEST_CALLS = ["test", "it", "describe"];

export function fileSizes(tree: Tree): Offence[] {
  return codeOf(tree).flatMap(([path, text]) => {
    const lines = linesOf(text).length;
    return lines > FILE_LINES
      ? [{ path, line: 0, message: `${lines} lines: ${FILE_LINES} at most` }]
      : [];
  });
}

export function lineLengths(tree: Tree): Offence[] {
  return codeOf(tree).flatMap(([path, text]) =>
    linesOf(text).flatMap((line, index) => {
      const columns = widthOf(line);
      const message = `${columns} columns: ${COLUMNS} at most`;
      return columns > COLUMNS ? [{ path, line: index + 1, message }] : [];
    }),
  );
}

export function functionSizes(modules: Modules): Offence[] {
  return [...modules].flatMap(([path, { functions }]) =>
    functions
      .filter(({ lines }) => lines > FUNCTION_LINES && !isGenerated(path))
      .filter(
        ({ calls }) => !path.endsWith(".test.ts") || !TEST_CALLS.some((one) => calls.has(one)),
      )
      .map(({ name, line, lines }) => ({
        path,
        line,
        message: `function ${name} has ${lines} lines: ${FUNCTION_LINES} at most`,
      })),
  );
}

/** In the kernel's style a function's braces stand alone, at the depth of its name. */
export function cFunctionSizes(tree: Tree): Offence[] {
  return codeOf(tree)
    .filter(([path]) => hasExtension(path, ".c", ".h", ".cc"))
    .flatMap(([path, text]) => longBodies(path, linesOf(text)));
}

function longBodies(path: string, lines: readonly string[]): Offence[] {
  return lines.flatMap((line, index) => {
    const indent = /^(\t*)\{$/.exec(line)?.[1];
    if (indent === undefined || GROUP.test(lines[index - 1] ?? "")) return [];
    const length = lines.slice(index).indexOf(`${indent}}`) + 1;
    const message = `a function body has ${length} lines: ${C_FUNCTION_LINES} at most`;
    return length > C_FUNCTION_LINES ? [{ path, line: index + 1, message }] : [];
  });
}

function codeOf(tree: Tree): [string, string][] {
  return [...tree].filter(([path]) => hasExtension(path, ...CODE) && !isGenerated(path));
}

function widthOf(line: string): number {
  let width = 0;
  for (const character of line) {
    width += character === "\t" ? TAB_WIDTH - (width % TAB_WIDTH) : 1;
  }
  return width;
}
