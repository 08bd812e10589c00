/**
 * What the rules need to know of one TypeScript module: its imports, exports, functions and the
 * names it uses. In: the text. Out: Module. The only place that knows the parser.
 */
import { parse } from "@babel/parser";

export interface Import {
  /** As written. */
  readonly from: string;
  /** Names as the other module exports them; "*" for all of them. */
  readonly names: readonly string[];
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface Export {
  readonly name: string;
  readonly isType: boolean;
  readonly line: number;
}

export interface Callable {
  /** "" where it has none. */
  readonly name: string;
  readonly line: number;
  readonly lines: number;
  /** Names of the functions that it calls itself, not within another function. */
  readonly calls: ReadonlySet<string>;
}

/** A name that is used: "console", or with the property asked of it, "Math.random". */
export interface Use {
  readonly name: string;
  readonly line: number;
}

export interface Module {
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly functions: readonly Callable[];
  readonly uses: readonly Use[];
  readonly strings: readonly string[];
}

interface AstNode {
  readonly type: string;
  readonly loc: { readonly start: { line: number }; readonly end: { line: number } };
  readonly [field: string]: unknown;
}

interface Found {
  readonly imports: Import[];
  readonly exports: Export[];
  readonly functions: Callable[];
  readonly uses: Use[];
  readonly strings: string[];
}

const FUNCTIONS = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ClassMethod",
  "ClassPrivateMethod",
  "ObjectMethod",
]);
const TYPES = new Set(["TSInterfaceDeclaration", "TSTypeAliasDeclaration"]);

export function readModule(path: string, text: string): Module {
  const plugins = ["typescript", "explicitResourceManagement"] as const;
  const dts = path.endsWith(".d.ts");
  const file = parse(text, {
    sourceType: "module",
    plugins: dts ? [["typescript", { dts }]] : [...plugins],
  });
  const found: Found = { imports: [], exports: [], functions: [], uses: [], strings: [] };
  visit(file.program as unknown as AstNode, undefined, found);
  return found;
}

function visit(node: AstNode, parent: AstNode | undefined, found: Found): void {
  noteImports(node, found);
  noteExports(node, found);
  noteUse(node, parent, found);
  if (FUNCTIONS.has(node.type)) found.functions.push(callableOf(node, parent));
  if (node.type === "StringLiteral") found.strings.push(node["value"] as string);
  if (node.type === "TemplateElement") {
    found.strings.push((node["value"] as { cooked: string }).cooked);
  }
  for (const child of childrenOf(node)) visit(child, node, found);
}

function childrenOf(node: AstNode): AstNode[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is AstNode {
  return typeof value === "object" && value !== null && "type" in value && "loc" in value;
}

function field(node: AstNode | undefined, name: string): AstNode | undefined {
  const value = node?.[name];
  return isNode(value) ? value : undefined;
}

function nameOf(node: AstNode | undefined): string {
  const name = node?.["name"] ?? node?.["value"];
  return typeof name === "string" ? name : "";
}

function noteImports(node: AstNode, { imports }: Found): void {
  const source = field(node, "source");
  const line = node.loc.start.line;
  if (node.type === "ImportDeclaration") {
    const specifiers = (node["specifiers"] as AstNode[]).map((specifier) =>
      specifier.type === "ImportSpecifier" ? nameOf(field(specifier, "imported")) : "*",
    );
    const typeOnly = node["importKind"] === "type";
    imports.push({ from: nameOf(source), names: specifiers, typeOnly, line });
  } else if (node.type.startsWith("Export") && source !== undefined) {
    const specifiers = (node["specifiers"] as AstNode[] | undefined) ?? [];
    const names = specifiers.map((specifier) => nameOf(field(specifier, "local")));
    const typeOnly = node["exportKind"] === "type";
    const all = node.type === "ExportAllDeclaration";
    imports.push({ from: nameOf(source), names: all ? ["*"] : names, typeOnly, line });
  } else if (node.type === "CallExpression" && field(node, "callee")?.type === "Import") {
    const [what] = node["arguments"] as AstNode[];
    imports.push({ from: nameOf(what), names: ["*"], typeOnly: false, line });
  } else if (node.type === "TSImportType") {
    imports.push({ from: nameOf(field(node, "argument")), names: ["*"], typeOnly: true, line });
  }
}

function noteExports(node: AstNode, { exports }: Found): void {
  if (node.type === "ExportDefaultDeclaration") {
    exports.push({ name: "default", isType: false, line: node.loc.start.line });
  }
  if (node.type !== "ExportNamedDeclaration" || field(node, "source") !== undefined) return;
  const declaration = field(node, "declaration");
  const isType = declaration !== undefined && TYPES.has(declaration.type);
  const { line } = node.loc.start;
  for (const name of declaredNames(declaration)) exports.push({ name, isType, line });
  for (const specifier of (node["specifiers"] as AstNode[] | undefined) ?? []) {
    const typeOnly = node["exportKind"] === "type";
    exports.push({ name: nameOf(field(specifier, "exported")), isType: typeOnly, line });
  }
}

function declaredNames(declaration: AstNode | undefined): string[] {
  if (declaration?.type !== "VariableDeclaration") {
    const name = nameOf(field(declaration, "id"));
    return name === "" ? [] : [name];
  }
  return (declaration["declarations"] as AstNode[]).map((one) => nameOf(field(one, "id")));
}

function noteUse(node: AstNode, parent: AstNode | undefined, { uses }: Found): void {
  const { line } = node.loc.start;
  if (node.type === "MemberExpression" && node["computed"] === false) {
    const object = nameOf(field(node, "object"));
    if (object !== "") uses.push({ name: `${object}.${nameOf(field(node, "property"))}`, line });
  }
  if (node.type === "Identifier" && !isLabel(node, parent)) {
    uses.push({ name: nameOf(node), line });
  }
}

/** A property's name, not a variable. */
function isLabel(node: AstNode, parent: AstNode | undefined): boolean {
  if (parent === undefined || parent["computed"] === true) return false;
  return parent["property"] === node || (parent["key"] === node && parent["shorthand"] !== true);
}

function callableOf(node: AstNode, parent: AstNode | undefined): Callable {
  const { start, end } = node.loc;
  const own = nameOf(field(node, "id")) || nameOf(field(node, "key"));
  return {
    name: own || nameOf(field(parent, "id")) || nameOf(field(parent, "key")),
    line: start.line,
    lines: end.line - start.line + 1,
    calls: new Set(callsIn(field(node, "body"))),
  };
}

function callsIn(node: AstNode | undefined): string[] {
  if (node === undefined || FUNCTIONS.has(node.type)) return [];
  const own = node.type === "CallExpression" ? [nameOf(field(node, "callee"))] : [];
  return [...own, ...childrenOf(node).flatMap(callsIn)];
}
