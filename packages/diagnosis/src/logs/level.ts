import type { LogLevel } from '../snapshot/input.ts';

const NAMES: Readonly<Record<string, LogLevel>> = {
  emerg: 'error',
  emergency: 'error',
  alert: 'error',
  panic: 'error',
  dpanic: 'error',
  fatal: 'error',
  critical: 'error',
  crit: 'error',
  severe: 'error',
  error: 'error',
  err: 'error',
  eror: 'error',
  fail: 'error',
  ftl: 'error',
  e: 'error',
  f: 'error',
  c: 'error',
  warning: 'warn',
  warn: 'warn',
  wrn: 'warn',
  w: 'warn',
  notice: 'info',
  info: 'info',
  information: 'info',
  inf: 'info',
  log: 'info',
  statement: 'info',
  hint: 'info',
  detail: 'info',
  debug: 'info',
  dbug: 'info',
  dbg: 'info',
  trace: 'info',
  trce: 'info',
  trc: 'info',
  verbose: 'info',
  fine: 'info',
  finer: 'info',
  config: 'info',
  default: 'info',
  i: 'info',
  d: 'info',
  v: 'info',
  t: 'info',
};

const LEVELS: ReadonlyMap<string, LogLevel> = new Map(Object.entries(NAMES));

/** The level a name or abbreviation of any logger means; null when it is none. */
function levelByName(name: string): LogLevel | null {
  return LEVELS.get(name.toLowerCase()) ?? null;
}

const WORDS = 'TRACE|DEBUG|VERBOSE|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|EMERG';
const EXPLICIT: readonly RegExp[] = [
  /^([IWEF])\d{4} \d{2}:\d{2}:\d{2}/,
  /\b(?:level|lvl|severity|loglevel)=["']?([A-Za-z]{1,11})\b/,
  /^(trce|dbug|info|warn|fail|crit): \S/,
  /\[ *(trace|debug|info|notice|warn|warning|error|err|crit|critical|fatal|alert|emerg|severe|panic|[EWIDF])(?:\]|:)/i,
  /\[[\d:.,]+ (VRB|DBG|INF|WRN|ERR|FTL)\]/,
  // The word counts only near the start and in capitals: "no ERROR" in a message is prose.
  new RegExp(`^[^a-z"'{]{0,70}?\\b(${WORDS})\\b`),
  new RegExp(`^.{0,90}?[\\s|\\]](${WORDS})\\b(?:[:\\s|\\][]|$)`),
  /^.{0,90}?\b(LOG|STATEMENT|DETAIL|HINT|PANIC): /,
  /^([EWIDF]), \[\d{4}-/,
];
// Redis marks severity by one character after the time.
const REDIS = /^\d+:[MCSX] \d{2} [A-Z][a-z]{2} \d{4} [\d:.]+ ([.\-*#]) /;

const FAILURE =
  /\b(?:error|errors|exception|fatal|panic(?:ked)?|failed|failure|cannot|can't|could not|couldn't|unable to|refused|denied|unreachable|unavailable|segmentation fault|core dumped|aborted|not permitted|not found|no such|timed out|timeout|out of memory|killed|invalid|unauthorized|forbidden|expired|missing|ERR!|traceback|unhandled|uncaught|exhausted|unrecogni[sz]ed|unexpected argument|bad option|unknown (?:flag|option|argument|command)|provided but not defined|no route to host)\b|(?:Error|Exception|Throwable|Failure)\b|too many|no space left|read-only file system|address already in use/i;
const STRONG =
  /^(?:panic:|fatal error:|Traceback \(most recent|Exception in thread|Unhandled exception|Uncaught |thread '.*' panicked|PHP (?:Fatal|Parse) error|npm ERR!|Segmentation fault|Killed$|exec |standard_init_linux|runtime: |\S*sh: )|^[\w$./]+(?:Error|Exception)(?::|$)|syntax error|core dumped/i;
// Sentences that carry a failure word and say that nothing failed.
const NEGATED =
  /\b(?:no|0|zero|without(?: any)?) (?:\w+ )?(?:errors?|failures?|exceptions?)\b|\b(?:errors?|failures?|failed|exceptions?|timeouts?|invalid|denied|expired|missing)["']?\s*[:=]\s*["']?(?:0|none|null|nil|false|"")(?![.\d])|\berror[-_ ]?(?:handler|page|log(?:ging)?|reporting|level|rate|budget|count)s?\b|\btimeout(?:[-_ ]?\w+)?\s*(?:[:=]|set to|is)\s*\d|\bfailed over successfully\b|\bif not found\b/i;
// Combined log format: the status stands after the quoted request.
const ACCESS = /"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)? ?[^"]{0,2000}" (\d{3}) \d+|"\s+HTTP\/[\d.]+"?\s+(\d{3})\b/;

/** What a line says of itself, where a structured one by a field; null when it does not say. */
export function statedLevel(text: string, named: string | null): LogLevel | null {
  return (named === null ? null : levelByName(named)) ?? explicitLevel(text);
}

/** What the words of a line that states no level say. `message` is the message inside a structured line. */
export function impliedLevel(text: string, message: string): LogLevel {
  if (!FAILURE.test(message)) return isServerErrorAccess(text) ? 'error' : 'info';
  if (NEGATED.test(message)) return 'info';
  const access = ACCESS.exec(text);
  if (access) return Number(access[1] ?? access[2]) >= 500 ? 'error' : 'info';
  if (STRONG.test(message)) return 'error';
  return /\b(?:warn(?:ing)?|deprecat\w*|retry(?:ing)?)\b/i.test(message) ? 'warn' : 'error';
}

/** The level of a message that its program calls information; a failure it calls so it still told us of: a warning keeps it. */
export function levelOfInformation(message: string): LogLevel {
  if (!FAILURE.test(message) || NEGATED.test(message)) return 'info';
  return STRONG.test(message) || /exception|refused|no such host/i.test(message) ? 'warn' : 'info';
}

function explicitLevel(text: string): LogLevel | null {
  const head = text.length > 240 ? text.slice(0, 240) : text;
  for (const pattern of EXPLICIT) {
    const name = pattern.exec(head)?.[1];
    const level = name === undefined ? null : levelByName(name);
    if (level) return level;
  }
  const redis = REDIS.exec(head)?.[1];
  if (redis !== undefined) return redis !== '#' ? 'info' : /\b(?:fatal|error|can't)\b/i.test(head) ? 'error' : 'warn';
  return null;
}

function isServerErrorAccess(text: string): boolean {
  const match = ACCESS.exec(text);
  return match !== null && Number(match[1] ?? match[2]) >= 500;
}
