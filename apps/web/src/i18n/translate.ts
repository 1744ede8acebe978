import type { en } from './en.ts';

export type MessageKey = keyof typeof en;
/** Every key in every language: a missing translation does not compile. */
export type Messages = Readonly<Record<MessageKey, string>>;

type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
type Values<Key extends MessageKey> = Readonly<Record<Placeholders<(typeof en)[Key]>, string | number>>;
type Arguments<Key extends MessageKey> = [Placeholders<(typeof en)[Key]>] extends [never] ? [] : [Values<Key>];

type PluralKey = MessageKey extends infer Key ? (Key extends `${infer Base}.other` ? Base : never) : never;

export interface Translate {
  <Key extends MessageKey>(key: Key, ...values: Arguments<Key>): string;
  /** The form for this number; `{count}` is the number as the language writes it. */
  readonly count: (key: PluralKey, count: number, values?: Readonly<Record<string, string | number>>) => string;
  /** A message whose key is made at run time; undefined when there is none. */
  readonly find: (key: string) => string | undefined;
  readonly language: string;
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}

/** The function that speaks one language. */
export function translator(language: string, messages: Messages): Translate {
  const plural = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const find = (key: string): string | undefined =>
    Object.hasOwn(messages, key) ? messages[key as MessageKey] : undefined;
  const say = (key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string =>
    fill(messages[key], values);
  return Object.assign(say, {
    language,
    find,
    count: (key: PluralKey, count: number, values: Readonly<Record<string, string | number>> = {}): string => {
      const form = find(`${key}.${plural.select(count)}`) ?? find(`${key}.other`) ?? key;
      return fill(form, { ...values, count: numbers.format(count) });
    },
  });
}
