// Every pattern starts at a literal or behind a boundary and repeats one class, so that a hostile line of 64 KB costs linear time.

const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----|$)/g;
const JWT = /\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w.-]*/g;
const AUTHORIZATION =
  /(authorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?:(?:bearer|basic|token|apikey|negotiate)\s{1,4})?)([^\s"'\\,}]+)/gi;
const SCHEME = /\b(bearer|basic)(\s{1,4})([\w.~+/=-]{8,})/gi;
const AWS_KEY_ID = /\b(?:AKIA|ASIA|AROA|AIDA|AGPA)[A-Z0-9]{16}\b/g;
const URL_PASSWORD = /(:\/\/[^\s:/@"']*):([^\s/"']+)@/g;
const DSN_PASSWORD = /(?<!\[masked):([^\s:@/"']{1,200})@(?=(?:tcp|unix)\()/g;
const KNOWN_TOKEN =
  /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|[sr]k_(?:live|test)_\w{16,}|sk-[\w-]{20,}|AIza[\w-]{35}|npm_\w{30,}|hv[sbr]\.[\w-]{20,}|dop_v1_\w{32,}|SG\.[\w-]{16,}\.[\w-]{16,})/g;

const SENSITIVE =
  'password|passwd|passphrase|(?<=[_.-])pwd|secret|token|api[_.-]?key|access[_.-]?key|private[_.-]?key|auth[_.-]?key|secret[_.-]?key|credentials?';
const ASSIGNMENT = new RegExp(
  `(${SENSITIVE})(\\\\?["']?\\s{0,4}[:=]\\s{0,4})(\\\\?"(?:[^"\\\\]|\\\\[^"])*|'[^']*|[^\\s,;&"'})\\]\\\\]+)`,
  'gi',
);
const NAMED_VALUE = new RegExp(
  `(${SENSITIVE})(\\\\?"\\s{0,4},\\s{0,4}\\\\?"value\\\\?"\\s{0,4}:\\s{0,4}\\\\?")((?:[^"\\\\]|\\\\[^"])+)`,
  'gi',
);

// One cheap look spares nearly every line of a large log the whole list.
const SUSPICIOUS =
  /passw|passphrase|pwd|secret|token|key|credential|authorization|bearer|basic|eyJ|:\/\/|@tcp|@unix|A[KSRIG][IOD]A|AGPA|-----BEGIN|gh[pousr]_|github_pat|glpat|xox|[sr]k[_-]|AIza|npm_|hv[sbr]\.|dop_v1|SG\./i;

/** Replaces what looks like a credential by `[masked:<kind>]`; the rest of the text stays as it is. Idempotent. */
export function maskText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let masked = text;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const again = maskOnce(masked);
    if (again === masked) break;
    masked = again;
  }
  return masked;
}

// A mask may make one value of what stood apart before, such as a password in a URL inside a password.
const MOST_PASSES = 8;

function maskOnce(text: string): string {
  return text
    .replace(PRIVATE_KEY, '[masked:private-key]')
    .replace(JWT, '[masked:jwt]')
    .replace(KNOWN_TOKEN, '[masked:token]')
    .replace(AWS_KEY_ID, '[masked:aws-key-id]')
    .replace(URL_PASSWORD, (whole, head: string, password: string) =>
      isReference(password) ? whole : `${head}:[masked:password]@`,
    )
    .replace(DSN_PASSWORD, (whole, password: string) => (isReference(password) ? whole : ':[masked:password]@'))
    .replace(AUTHORIZATION, (whole, head: string, value: string) =>
      isReference(value) ? whole : `${head}[masked:authorization]`,
    )
    .replace(SCHEME, (whole, scheme: string, space: string, value: string) =>
      looksRandom(value) ? `${scheme}${space}[masked:authorization]` : whole,
    )
    .replace(NAMED_VALUE, (whole, name: string, middle: string, value: string) =>
      isReference(value) ? whole : `${name}${middle}[masked:${kindOf(name)}]`,
    )
    .replace(ASSIGNMENT, maskAssignment);
}

function maskAssignment(whole: string, name: string, middle: string, value: string): string {
  const quote = /^\\?["']/.exec(value)?.[0] ?? '';
  const bare = value.slice(quote.length);
  if (bare === '' || isReference(bare)) return whole;
  // "password: incorrect" in prose is the diagnosis itself; an unquoted word after a colon must look like a secret.
  if (quote === '' && middle.includes(':') && !looksRandom(bare)) return whole;
  return `${name}${middle}${quote}[masked:${kindOf(name)}]`;
}

function kindOf(name: string): string {
  return /pass|pwd/i.test(name) ? 'password' : /key/i.test(name) ? 'key' : /token/i.test(name) ? 'token' : 'secret';
}

const PLAIN_WORDS =
  /^(?:true|false|null|nil|none|undefined|empty|unset|missing|invalid|expired|required|redacted|hidden|not|is|was|has|for|from|\*+|x+|<.*|-+)$/i;

// What names a value without being it: a variable, a path, a mask, a placeholder word.
function isReference(value: string): boolean {
  return (
    /^(?:\$|%[(\w]|\{\{|\[masked:|<)/.test(value) ||
    /^\.{0,2}(?:\/[\w.@-]+){2,}\/?$/.test(value) ||
    PLAIN_WORDS.test(value)
  );
}

function looksRandom(value: string): boolean {
  if (value.length < 6) return false;
  return value.length >= 32 || /\d/.test(value) || /[a-z][A-Z]/.test(value) || /[!@#%^&*+=~]/.test(value);
}

/** Whether a variable, flag or field of this name holds a credential: `DB_PASSWORD`, `apiKey`; not `TOKEN_PATH`. */
export function isSensitiveName(name: string): boolean {
  return new RegExp(`(?:${SENSITIVE})$`, 'i').test(name);
}

// A key of 16,384 bits has 260 lines; an END that never comes must not swallow the rest of a log.
const LONGEST_KEY = 300;

/** Masks a log line by line; a private key that spans lines is masked as a whole. */
export function lineMasker(): (line: string) => string {
  let insideKey = 0;
  return (line) => {
    if (insideKey > 0) {
      insideKey = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY/.test(line) || insideKey >= LONGEST_KEY ? 0 : insideKey + 1;
      return '[masked:private-key]';
    }
    if (/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(line) && !/-----END [A-Z0-9 ]{0,40}PRIVATE KEY/.test(line))
      insideKey = 1;
    return maskText(line);
  };
}
