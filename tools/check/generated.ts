/** A committed file or folder that a command can make again. */
export interface GeneratedArtefact {
  readonly name: string;
  /** Node script and arguments; `{out}` stands for the file or folder to write, without it stdout is the file. */
  readonly command: readonly string[];
  /** Where the committed copy stands. */
  readonly path: string;
}

/** Everything generated and committed; `npm run check` makes each again and compares. */
export const GENERATED: readonly GeneratedArtefact[] = [];
