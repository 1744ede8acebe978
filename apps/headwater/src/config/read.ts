import { AppError, messageOf } from '@headwater/core/errors.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { OTHER_VARIABLES } from './other-variables.ts';
import { RULES } from './rules.ts';
import type { Setting } from './setting.ts';
import { SETTINGS, type Settings } from './settings.ts';
import { type ConfigFile, type Given, valuesOfFile, variablesOf } from './sources.ts';

/** Everything a configuration may be made of; options of the command line win over variables, those over the file. */
export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file?: ConfigFile | undefined;
  /** `group.name` to text, as an option gave it. */
  readonly options?: Readonly<Record<string, { readonly option: string; readonly value: string } | undefined>>;
  readonly readSecret: (path: string) => string;
}

/** A parsed configuration, and where each value that is not a default came from, by `group.name`. */
export interface Configuration {
  readonly settings: Settings;
  readonly origins: ReadonlyMap<string, string>;
}

/** The rows of the table as a flat list. */
export function settingRows(): readonly { readonly key: string; readonly row: Setting }[] {
  return Object.entries(SETTINGS).flatMap(([group, rows]) =>
    Object.entries(rows).map(([name, row]) => ({ key: `${group}.${name}`, row: row as Setting })),
  );
}

/** Parses a configuration strictly; every mistake is told at once, each with its place and what was expected. */
export function readConfiguration(sources: ConfigSources): Configuration {
  const faults: string[] = [];
  const variables = variablesOf(sources.env);
  const inFile = sources.file ? valuesOfFile(sources.file) : new Map<string, Given>();
  const origins = new Map<string, string>();
  const groups: Record<string, Record<string, unknown>> = {};
  for (const { key, row } of settingRows()) {
    const option = sources.options?.[key];
    const variable = givenByVariable(row, variables, { faults, readSecret: sources.readSecret });
    const given = (option && { value: option.value, where: option.option }) ?? variable ?? inFile.get(key);
    const value = given === undefined ? row.default : valueOf(row, given, faults);
    if (given) origins.set(key, given.where);
    const [group = '', name = ''] = key.split('.');
    (groups[group] ??= {})[name] = value;
  }
  faults.push(...unknownVariables(variables), ...unknownKeys(inFile));
  // Built from the very table the type is made from; a value that did not parse never gets past the throw.
  const settings = groups as unknown as Settings;
  if (faults.length === 0) for (const rule of RULES) faults.push(...rule(settings));
  if (faults.length > 0)
    throw new AppError('invalid', `the configuration is wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`, {
      details: { faults },
    });
  return { settings, origins };
}

interface VariableContext {
  readonly faults: string[];
  readonly readSecret: (path: string) => string;
}

function givenByVariable(
  row: Setting,
  variables: ReadonlyMap<string, string>,
  context: VariableContext,
): Given | undefined {
  const names = [row.env, ...(row.aliases ?? [])];
  const found: Given[] = [];
  for (const name of names) {
    const value = variables.get(name);
    if (value !== undefined) found.push({ value, where: name });
    const path = row.secret ? variables.get(`${name}_FILE`) : undefined;
    if (path === undefined) continue;
    const secret = secretFrom(`${name}_FILE`, path, context);
    if (secret !== undefined) found.push({ value: secret, where: `${name}_FILE` });
  }
  const [first, ...others] = found;
  const other = others.find(({ value }) => value !== first?.value);
  if (first && other)
    context.faults.push(`${first.where} and ${other.where} mean the same and differ; keep one of them`);
  return first;
}

function secretFrom(name: string, path: string, { faults, readSecret }: VariableContext): string | undefined {
  try {
    // Editors and `kubectl create secret --from-file` leave a line end that nobody meant.
    const secret = readSecret(path).replace(/\r?\n$/, '');
    if (secret !== '') return secret;
    faults.push(`${name}: the file ${path} is empty`);
  } catch (error) {
    faults.push(`${name}: cannot read ${path}: ${messageOf(error)}`);
  }
  return undefined;
}

function valueOf(row: Setting, given: Given, faults: string[]): unknown {
  try {
    const value = row.kind.read(given.value);
    if (value === undefined) faults.push(misfit(row, given));
    return value;
  } catch (error) {
    // Values with an inside of their own say themselves what is wrong in it.
    faults.push(`${given.where}: ${messageOf(error)}`);
    return undefined;
  }
}

function misfit(row: Setting, { value, where }: Given): string {
  const shown = row.secret ? 'the value' : JSON.stringify(value);
  return `${where}: ${shown} is not ${row.kind.words}`;
}

function unknownVariables(variables: ReadonlyMap<string, string>): string[] {
  const rows = settingRows().map(({ row }) => row);
  const known = new Set([
    ...OTHER_VARIABLES.map(({ name }) => name),
    ...rows.map(({ env }) => env),
    ...rows.filter(({ secret }) => secret).map(({ env }) => `${env}_FILE`),
  ]);
  return [...variables.keys()]
    .filter((name) => name.startsWith('HEADWATER_') && !known.has(name))
    .map((name) => `${name}: there is no such setting${suggestion(name, known)}`);
}

function unknownKeys(inFile: ReadonlyMap<string, Given>): string[] {
  const known = settingRows().map(({ key }) => key);
  return [...inFile]
    .filter(([key]) => !known.includes(key))
    .map(([key, { where }]) =>
      key in SETTINGS
        ? `${where}: ${key} is a group: expected settings below it, such as ${known.find((one) => one.startsWith(key))}`
        : `${where}: there is no setting ${key}${suggestion(key, known)}`,
    );
}

function suggestion(wanted: string, known: Iterable<string>): string {
  const near = nearMiss(wanted, known);
  return near === null ? '' : `; did you mean ${near}?`;
}
