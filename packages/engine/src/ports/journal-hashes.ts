/** The hashes of one installation: of what is stored, and, under a key nobody else has, of what must not be stored. */
export interface JournalHashes {
  readonly content: (text: string) => string;
  readonly value: (text: string) => string;
}
