import type { z } from 'zod';

/** Whether a value has a shape; false may also mean that it was not decided. */
export type Fits = (value: unknown) => boolean;

const compiled = new WeakMap<z.core.$ZodType, Fits>();

/**
 * Tells at once that a value is as a schema wants it, without building anything. Nearly every object an API server sends is, by the
 * ten thousand; only the others need the schema itself, which says what is wrong. A schema with more to it than types never fits.
 */
export function fitsOf(schema: z.core.$ZodType): Fits {
  const known = compiled.get(schema);
  if (known) return known;
  const fits = compile(schema);
  compiled.set(schema, fits);
  return fits;
}

function compile(schema: z.core.$ZodType): Fits {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.checks !== undefined && def.checks.length > 0) return never;
  switch (def.type) {
    case 'string':
      return isString;
    case 'number':
      return isFiniteNumber;
    case 'boolean':
      return isBoolean;
    case 'unknown':
      return always;
    case 'optional':
    case 'default':
      return either(isUndefined, fitsOf(def.innerType));
    case 'nullable':
      return either(isNull, fitsOf(def.innerType));
    case 'union':
      return def.options.map(fitsOf).reduce(either);
    case 'array':
      return listOf(fitsOf(def.element));
    case 'record':
      return def.keyType._zod.def.type === 'string' ? recordOf(fitsOf(def.valueType)) : never;
    case 'object':
      return def.catchall?._zod.def.type === 'unknown' ? objectOf(def.shape) : never;
    default:
      return never;
  }
}

function listOf(element: Fits): Fits {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (const item of value) if (!element(item)) return false;
    return true;
  };
}

function recordOf(element: Fits): Fits {
  return (value) => {
    if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return false;
    for (const key in value) if (!element(value[key])) return false;
    return true;
  };
}

function objectOf(shape: z.core.$ZodShape): Fits {
  const fields = new Map(Object.entries(shape).map(([key, field]) => [key, fitsOf(field)]));
  const required = [...fields].filter(([, fits]) => !fits(undefined)).map(([key]) => key);
  return (value) => {
    if (!isObject(value)) return false;
    for (const key of required) if (value[key] === undefined) return false;
    // Most fields of most objects are absent: those that are there are fewer.
    for (const key in value) {
      const fits = fields.get(key);
      if (fits !== undefined && !fits(value[key])) return false;
    }
    return true;
  };
}

function either(left: Fits, right: Fits): Fits {
  return (value) => left(value) || right(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isFiniteNumber(value: unknown): boolean {
  return Number.isFinite(value);
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isUndefined(value: unknown): boolean {
  return value === undefined;
}

function isNull(value: unknown): boolean {
  return value === null;
}

function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}
