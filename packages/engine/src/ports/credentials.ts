/** Hashes passwords, slowly on purpose. */
export interface Passwords {
  /** A text that names its method and cost, so that the cost may grow later. */
  hash(password: string): Promise<string>;
  /** Takes as long for no hash as for one: time must not tell whether a login exists. `unavailable` when too many wait. */
  verify(password: string, hash: string | null): Promise<{ readonly matches: boolean; readonly outdated: boolean }>;
}

/** A secret to hand out once, and what is kept of it. */
export interface MadeSecret {
  readonly secret: string;
  /** SHA-256, hexadecimal: the secret is random and long, so a fast hash is enough. */
  readonly hash: string;
  /** Its first characters, by which a person knows it again. */
  readonly prefix: string;
}

/** Makes and recognises random secrets. */
export interface SecretMaker {
  refreshToken(): MadeSecret;
  apiToken(): MadeSecret;
  /** Easy to read aloud and to type. */
  oneTimePassword(): string;
  hashOf(secret: string): string;
}

/** What the verbs about people need beside their context. */
export interface PeopleServices {
  readonly passwords: Passwords;
  readonly secrets: SecretMaker;
  /** Milliseconds a session lives without being used. */
  readonly refreshTtl: number;
  readonly allowSignup: boolean;
}
