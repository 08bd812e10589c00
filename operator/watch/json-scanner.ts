/**
 * Splits a stream of JSON bytes into values that are parsed one by one, so that no list is ever
 * held or parsed whole.
 *
 * In: bytes in pieces of any size, one JSON object after another. Out: for each object its text,
 * but for the elements of a member `items` at its top, which come out on their own before it (the
 * object's text then has `items` empty). Only the nesting is followed here; whoever parses the
 * texts finds what else is wrong.
 */
import { LeatError } from "../../lib/errors.ts";

export interface ScanSink {
  /** An element of `items`, with the line (from 1) on which it begins. */
  item(text: string, line: number): void;
  /** A whole object without its items, with the line on which it begins. */
  value(text: string, line: number): void;
}

export class ScanError extends LeatError<"not-json" | "truncated" | "too-large"> {
  /** Counted from 1. */
  readonly line: number;
  constructor(code: ScanError["code"], message: string, line: number) {
    super(code, message);
    this.line = line;
  }
}

/**
 * Bytes of one value; etcd takes no object above 1.5 MiB, and JSON is at most a few times its size.
 */
const VALUE_BYTES_MOST = 8 * 1024 * 1024;
/** How much before a `[` may hold the member's name and the blanks after it. */
const NAME_BYTES_MOST = 64;
const ITEMS_MEMBER = /"items"\s*:\s*$/;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

export class JsonScanner {
  readonly #sink: ScanSink;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** Within the list of items, between or in them. */
  #isInItems = false;
  #line = 1;
  readonly #value = new Capture();
  readonly #item = new Capture();

  constructor(sink: ScanSink) {
    this.#sink = sink;
  }

  /** Throws a ScanError; the scanner is of no use afterwards. */
  write(chunk: Uint8Array): void {
    const piece = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#value.begin(piece);
    this.#item.begin(piece);
    for (let index = 0; index < piece.length; index++) {
      if (this.#isInText) index = this.#skipText(piece, index);
      else this.#step(piece[index] ?? 0, index);
    }
    this.#value.pause(this.#line);
    this.#item.pause(this.#line);
  }

  /** No more bytes come: throws a ScanError where a value is not at its end. */
  end(): void {
    if (this.#depth > 0) {
      throw new ScanError("truncated", "the JSON ends in the middle of a value", this.#line);
    }
  }

  /** The index of the quote that ends the text, or of the piece's last byte. */
  #skipText(piece: Buffer, start: number): number {
    for (let index = start; index < piece.length; index++) {
      const byte = piece[index];
      if (this.#isEscaped) {
        this.#isEscaped = false;
      } else if (byte === BACKSLASH) {
        this.#isEscaped = true;
      } else if (byte === QUOTE) {
        this.#isInText = false;
        return index;
      }
    }
    return piece.length;
  }

  #step(byte: number, index: number): void {
    switch (byte) {
      case QUOTE:
        if (this.#depth === 0) this.#refuse("does not begin with an object");
        this.#isInText = true;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#open(byte, index);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this.#close(index);
        break;
      case NEWLINE:
        this.#line++;
        break;
      default:
        if (byte > 0x20 && this.#isOutside(byte)) this.#refuse("has text outside of its objects");
    }
  }

  /** Whether the byte stands where only an object may: at the top, or as an element of items. */
  #isOutside(byte: number): boolean {
    return this.#depth === 0 || (this.#isInItems && this.#depth === 2 && byte !== COMMA);
  }

  #open(byte: number, index: number): void {
    this.#depth++;
    if (this.#depth === 1) {
      if (byte !== OPEN_BRACE) this.#refuse("does not begin with an object");
      this.#value.start(index, this.#line);
    } else if (this.#isInItems && this.#depth === 3) {
      this.#item.start(index, this.#line);
    } else if (this.#depth === 2 && byte === OPEN_BRACKET && this.#isItemsMember(index)) {
      this.#isInItems = true;
      this.#value.stop(index + 1);
    }
  }

  #isItemsMember(index: number): boolean {
    return ITEMS_MEMBER.test(this.#value.tail(index, NAME_BYTES_MOST));
  }

  #close(index: number): void {
    this.#depth--;
    if (this.#depth < 0) this.#refuse("has a bracket too many");
    if (this.#depth === 0) {
      this.#sink.value(this.#value.take(index + 1), this.#value.line);
    } else if (this.#isInItems && this.#depth === 2) {
      this.#sink.item(this.#item.take(index + 1), this.#item.line);
    } else if (this.#isInItems && this.#depth === 1) {
      this.#isInItems = false;
      this.#value.resume(index);
    }
  }

  #refuse(what: string): never {
    throw new ScanError("not-json", `the JSON ${what}`, this.#line);
  }
}

/** The bytes of one value as they are met, over pieces. */
class Capture {
  #piece: Buffer = Buffer.alloc(0);
  #parts: Buffer[] = [];
  #size = 0;
  /** Where in the piece the captured bytes begin; -1: nothing is being captured. */
  #from = -1;
  line = 0;

  begin(piece: Buffer): void {
    this.#piece = piece;
    if (this.#from >= 0) this.#from = 0;
  }

  start(index: number, line: number): void {
    this.#from = index;
    this.line = line;
  }

  resume(index: number): void {
    this.#from = index;
  }

  stop(end: number): void {
    const part = this.#piece.subarray(this.#from, end);
    this.#parts.push(part);
    this.#size += part.length;
    this.#from = -1;
  }

  /** The piece is at its end, the value is not. */
  pause(line: number): void {
    if (this.#from < 0) return;
    this.stop(this.#piece.length);
    this.#from = 0;
    if (this.#size > VALUE_BYTES_MOST) {
      const limit = `${VALUE_BYTES_MOST / 1024 / 1024} MiB`;
      throw new ScanError("too-large", `a JSON value has more than ${limit}`, line);
    }
  }

  take(end: number): string {
    if (this.#parts.length === 0) {
      const text = this.#piece.toString("utf8", this.#from, end);
      this.#from = -1;
      return text;
    }
    this.stop(end);
    const text = Buffer.concat(this.#parts).toString("utf8");
    this.#parts = [];
    this.#size = 0;
    return text;
  }

  /** The last captured bytes before the index. */
  tail(index: number, length: number): string {
    let text = this.#piece.subarray(Math.max(this.#from, index - length), index).toString("latin1");
    for (let part = this.#parts.length - 1; part >= 0 && text.length < length; part--) {
      text = (this.#parts[part]?.subarray(-length).toString("latin1") ?? "") + text;
    }
    return text;
  }
}
