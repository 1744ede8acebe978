/** One name in every spelling the templates use. */
export interface Names {
  readonly kebab: string;
  readonly camel: string;
  readonly pascal: string;
  readonly words: string;
}

/** Undefined when the text is not words of lower-case letters and digits joined by hyphens. */
export function namesOf(kebab: string): Names | undefined {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kebab)) return undefined;
  const pascal = kebab.replace(/(^|-)([a-z0-9])/g, (_match, _hyphen, letter: string) => letter.toUpperCase());
  return {
    kebab,
    pascal,
    camel: `${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}`,
    words: kebab.replaceAll('-', ' '),
  };
}

/** Replaces every {{slot}}; a slot without a value is a mistake in the template and throws. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_match, slot: string) => {
    const value = values[slot];
    if (value === undefined) throw new Error(`the template asks for {{${slot}}}, which this scaffold does not give`);
    return value;
  });
}
