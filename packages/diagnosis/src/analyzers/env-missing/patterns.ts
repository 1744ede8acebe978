import type { LogMatch } from '../_shared/log-hits.ts';

export interface MissingVariable extends LogMatch {
  /** Null when the line does not name it. */
  readonly name: string | null;
  readonly text: string;
}

const NAME = String.raw`["'\x60$\\{]*([A-Z][A-Z0-9_]{2,})["'\x60}\\]*`;
const ABSENT = String.raw`(?:not (?:set|defined|provided|found|specified|configured|present|exist)|undefined|missing|unset|empty|required|nil|null)`;
const NAMED: readonly RegExp[] = [
  new RegExp(
    String.raw`(?:environment|env)[- ]?(?:variables?|vars?)?[^A-Za-z]{0,4}${NAME}[^A-Za-z]{0,3}(?:is |was |are |must be |(?:must not|cannot|can't|may not|should not) be |has (?:not )?been |does )?${ABSENT}`,
    'i',
  ),
  new RegExp(
    String.raw`\b${NAME}:? (?:environment variable |env var |variable )?(?:is |was |must be |(?:must not|cannot|can't|may not|should not) be |must |has |needs to be )?(?:${ABSENT}|be (?:set|provided|specified)|set)\b`,
  ),
  new RegExp(
    String.raw`(?:required|missing|mandatory)(?: required)? (?:(?:environment|env)(?:[- ](?:variables?|vars?|keys?))?|(?:config(?:uration)? )?(?:variables?|vars?|keys?|settings?|value))\b[^A-Za-z]{0,6}${NAME}`,
    'i',
  ),
  new RegExp(String.raw`KeyError: ${NAME}`),
  new RegExp(String.raw`: ${NAME}: (?:unbound variable|parameter (?:null or )?not set)`),
  new RegExp(String.raw`(?:invalid|missing) environment variables?[^A-Z]{0,20}${NAME}`, 'i'),
  new RegExp(String.raw`environment variable not found: ${NAME}`, 'i'),
  /Could not resolve placeholder '([\w.-]+)' in value/,
];
const UNNAMED =
  /database is uninitialized and (?:superuser )?password (?:option )?is not specified|required (?:environment )?variables? (?:is|are) (?:not set|missing)|missing required environment|\d+ validation errors? for \w*(?:Settings|Config(?:uration)?|Environment)\b/i;
// A word without which no expression matches: most lines end here.
const HINT =
  /not |missing|required|unset|undefined|empty|nil|null|KeyError|unbound|placeholder|must|needs to be|mandatory|uninitialized|validation/i;
// Programs that go on with something else only note the absence.
const HARMLESS = /default|fall(?:ing)? ?back|optional|ignor|disabl|skip|using|instead|assum|will not|deprecat/i;
// Words in capitals that are no variables.
const WORDS = new Set([
  'ERROR',
  'FATAL',
  'WARN',
  'WARNING',
  'INFO',
  'HTTP',
  'HTTPS',
  'JSON',
  'YAML',
  'URL',
  'GET',
  'POST',
  'PUT',
  'TLS',
  'SSL',
  'SQL',
  'API',
  'NULL',
  'NOT',
  'KEY',
  'VALUE',
  'CRITICAL',
]);

/** Reads a line that says a required variable is not set. */
export function readMissingVariable(line: string): MissingVariable | null {
  if (!HINT.test(line) || HARMLESS.test(line)) return null;
  for (const pattern of NAMED) {
    const match = pattern.exec(line);
    const name = match?.[1];
    if (match && name && !WORDS.has(name) && (/[._]/.test(name) || name === name.toUpperCase()))
      return { key: name, name, text: match[0].trim() };
  }
  const text = UNNAMED.exec(line)?.[0];
  return text ? { key: '', name: null, text } : null;
}

/** The variable that a settings class names alone on the line after its error; null when the line is none. */
export function variableAlone(line: string): string | null {
  return /^\s*([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)\s*$/.exec(line)?.[1] ?? null;
}
