import type { LogMatch } from '../_shared/log-hits.ts';

export interface ConfigError extends LogMatch {
  /** `document`: a file does not parse; `setting`: it parses, but holds what the program does not know; `value`: one value is malformed. */
  readonly kind: 'document' | 'setting' | 'value';
  readonly text: string;
  readonly file: string | null;
  readonly value: string | null;
}

// V8 names what it expected or met, then the place. A pattern that may begin anywhere tries every character of every line.
const V8 = /[\w\s',"{}[\]:-]{0,70} (?:in|after) JSON at position \d+/;
const DOCUMENT: readonly RegExp[] = [
  /mapping values are not allowed (?:here|in this context)|did not find expected (?:key|node content|'-' indicator|',' or .{1,3})|found character (?:that )?cannot start any token|could not find expected ':'|while (?:parsing|scanning) a [\w ]{4,30}/i,
  /(?:yaml|ya?ml\.\w+): (?:line \d+: |unmarshal errors?|input error).{0,100}|cannot unmarshal !!\w+ .{0,60}|error converting YAML to JSON.{0,100}|parsing YAML file .{0,120}|YAMLException.{0,80}|yaml\.(?:scanner|parser)\.\w+Error/i,
  /invalid character .{1,16} (?:looking for|after|in) .{1,60}|Unexpected (?:token .{1,20}in JSON|end of JSON input)(?: at position \d+)?|is not valid JSON|Expecting (?:property name|value|',' delimiter|':' delimiter).{0,60}|JSONDecodeError.{0,80}|JsonParseException.{0,100}|json: cannot unmarshal .{0,80}/i,
  V8,
  /toml: (?:line \d+|expected|cannot).{0,80}|TOML parse error at line \d+|TomlDecodeError.{0,60}|SAXParseException.{0,100}|MissingSectionHeaderError|File contains no section headers/i,
];
const SETTING: readonly RegExp[] = [
  /\[emerg\].{0,160} in \/[\w./-]+:\d+/,
  /(?:unknown|unrecognized|unrecognised|unsupported|invalid|unexpected) (?:directive|option|setting|parameter|key|field|property) \\?["'`][\w.-]+\\?["'`].{0,40} in \/[\w./-]+/i,
  /\b[\w.-]+ (?:detected|found) in \/[\w./-]+\.(?:ya?ml|json|toml|conf|cnf|cfg|ini|properties|xml)\b.{0,20}(?:abort|refus|exit|stop)\w*.{0,40}/i,
  /\[ALERT\].{0,40}(?:parsing|config).{0,140}|Fatal errors found in configuration/,
  /FATAL CONFIG FILE ERROR.{0,40}|Bad directive or wrong number of arguments/,
  /unrecognized configuration parameter "[^"]+"|invalid value for parameter "[^"]+".{0,60}|configuration file "[^"]+" contains errors/,
  /unknown variable '[^']+=?[^']*'|found option without preceding group in config file.{0,80}/,
  /(?:error|couldn't|could not|cannot|can't|failed to|unable to|failure) (?:while )?(?:load|pars|read|decod|unmarshal|validat|initializ|process)\w* (?:the |its )?(?:[\w.-]+ )?config(?:uration)?s?\b.{0,140}/i,
  /(?:invalid|bad|malformed|illegal) (?:[\w.-]+ )?config(?:uration)?\b.{0,120}|config(?:uration)? (?:file )?(?:is invalid|error|validation failed|validation error|parse error|parsing failed)\b.{0,120}/i,
];
const VALUES: readonly RegExp[] = [
  /strconv\.\w+: parsing \\?"([^"\\]*)\\?": (?:invalid syntax|value out of range)/,
  /NumberFormatException: For input string: "([^"]*)"/,
  /invalid literal for int\(\) with base \d+: '([^']*)'|could not convert string to float: '([^']*)'/,
  /time: (?:invalid duration|unknown unit .{1,8} in duration|missing unit in duration) \\?"([^"\\]*)\\?"/,
  /parse \\?"([^"\\]+)\\?": .{0,40}(?:invalid port|first path segment|missing protocol|invalid character|invalid control)/,
  /invalid port (?:number )?(?:in )?\\?["']:?([^"'\\]*)|address ([^\s:]+:?[^\s]*): (?:too many colons|missing port)/,
  /(?:invalid|unknown|unsupported|unrecognized) (?:log ?level|level|boolean|mode|value|timezone|url|uri|address|setting)[:\s]+\\?["'`]([^"'`\\]+)/i,
];
// These say that the file, its name or its target is missing, not that it is malformed.
const OTHER =
  /no such file|not found|permission denied|connection refused|host not found|could not be resolved|no such host|cannot load certificate|timed? ?out|forbidden|x509|unauthorized/i;
// A word without which no expression matches: most lines end here.
const HINT =
  /config|json|ya?ml|toml|SAXParse|mapping|expect|any token|parsing|scanning|unmarshal|section|emerg|alert|unknown|unrecogni|unsupported|invalid|directive|(?:detected|found) in \/|strconv|NumberFormat|convert|missing unit|parse \\?"|too many colons|missing port/i;
const FILE =
  /(\/(?:[\w@+-][\w.@+-]*\/)*[\w@+-][\w.@+-]*\.(?:ya?ml|json|toml|conf|cnf|cfg|ini|properties|xml|hcl|rules|env|config))\b/i;

/** Reads a line that says configuration cannot be parsed or holds what the program does not understand. */
export function readConfigError(line: string): ConfigError | null {
  if (!HINT.test(line)) return null;
  for (const [kind, patterns] of [
    ['document', DOCUMENT],
    ['setting', SETTING],
  ] as const) {
    for (const pattern of patterns) {
      if (pattern === V8 && !line.includes(' JSON at position ')) continue;
      const text = pattern.exec(line)?.[0];
      if (text && !OTHER.test(line)) return errorIn(line, { kind, text: clean(text), value: null });
    }
  }
  for (const pattern of VALUES) {
    const match = pattern.exec(line);
    const value = match?.slice(1).find((group) => group !== undefined);
    if (match && value) return errorIn(line, { kind: 'value', text: clean(match[0]), value });
  }
  return null;
}

function errorIn(line: string, error: Pick<ConfigError, 'kind' | 'text' | 'value'>): ConfigError {
  const file = FILE.exec(line)?.[1] ?? /in (\/[\w./-]+):\d+/.exec(line)?.[1] ?? null;
  // Several lines tell of one failure; the most specific one is to speak for it.
  return { ...error, key: `${error.kind} ${file ?? ''}`, file };
}

/** Orders lines about one failure: the one that names a broken file first, the one that only quotes a value last. */
export function specificity({ kind, file }: ConfigError): number {
  return (kind === 'document' ? 0 : kind === 'setting' ? 2 : 4) + (file === null ? 1 : 0);
}

const RELOAD =
  /(?:error|failed|failure|unable|cannot|could not|refus\w+).{0,40}\b(?:reload(?:ing)?|apply(?:ing)? (?:the )?(?:new )?config)\b.{0,120}|\breload(?:ing)?\b.{0,60}(?:failed|error|rejected).{0,120}/i;

/** Reads a line that says a running program refused its new configuration. */
export function readReloadError(line: string): ConfigError | null {
  if (!/reload|apply/i.test(line)) return null;
  const text = RELOAD.exec(line)?.[0];
  if (!text || !/config|rules|nginx|haproxy|settings/i.test(line)) return null;
  return { key: 'reload', kind: 'setting', text: clean(text), file: FILE.exec(line)?.[1] ?? null, value: null };
}

function clean(text: string): string {
  return text.replace(/["\\,}]+$/, '').trim();
}
