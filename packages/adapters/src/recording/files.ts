/** One file of a recording; `path` is relative to its root, with forward slashes. */
export interface RecordingFile {
  readonly path: string;
  readonly size: number;
  /** Set when the entry is no plain file: it is named but never read. */
  readonly odd?: string;
  chunks(): AsyncIterable<Uint8Array>;
}

/** The files of a recording, whether they lie in a directory or in an archive. */
export interface RecordingFiles {
  /**
   * The files whose path is wanted. Those of an archive come in its order and only once: a file's chunks must be read before the
   * next file is asked for.
   */
  entries(wanted: (path: string) => boolean): AsyncIterable<RecordingFile>;
  /** One file; null when it does not exist. */
  open(path: string): Promise<RecordingFile | null>;
  /** Names of the directories directly under the root. */
  folders(): Promise<ReadonlySet<string>>;
}

/** Hidden files (editors, Finder, git) are nobody's evidence. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}

// A JavaScript string holds at most half a gigabyte; parsing needs several times the text.
const LARGEST_TEXT = 256 * 1024 * 1024;

/** A file's whole text without a byte order mark; null when it is too large to be read at once. */
export async function readText(file: RecordingFile): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of file.chunks()) {
    size += chunk.length;
    if (size > LARGEST_TEXT) return null;
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
