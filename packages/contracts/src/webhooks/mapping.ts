import { z } from 'zod';

const POINTER = /^(\/([^~/]|~[01])*)*$/;
const Pointer = z.string().regex(POINTER, 'expected a JSON pointer such as /alert/name, or nothing for the whole body');

// `{/pointer}` anywhere in the text stands for what is there.
const Template = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    for (const [, inner = ''] of text.matchAll(/\{([^{}]*)\}/g)) {
      if (POINTER.test(inner)) continue;
      context.addIssue({ code: 'custom', message: `expected a JSON pointer in {${inner}}, such as {/alert/name}` });
    }
    if (text.replaceAll(/\{[^{}]*\}/g, '').match(/[{}]/)) {
      context.addIssue({ code: 'custom', message: 'expected every { to have its }' });
    }
  });
const LabelName = z.string().min(1);

/** How a foreign JSON body becomes alerts: fields by templates with `{/json/pointer}` in them. */
export const SignalMapping = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and hyphens'),
  /** Where the list of alerts stands; without it the body is one alert. Other pointers start at an element of it. */
  list: Pointer.optional(),
  alertname: Template,
  severity: Template.optional(),
  cluster: Template.optional(),
  namespace: Template.optional(),
  /** What makes it the same alert; without it all labels do. */
  identity: Template.optional(),
  status: z
    .strictObject({ at: Pointer, resolved: z.array(z.string()).min(1) })
    .describe('The value at the pointer that means resolved; anything else fires')
    .optional(),
  /** RFC 3339, or seconds or milliseconds since 1970. */
  startsAt: Pointer.optional(),
  endsAt: Pointer.optional(),
  url: Template.optional(),
  labels: z.record(LabelName, Template).default({}),
  annotations: z.record(LabelName, Template).default({}),
});
export type SignalMapping = z.infer<typeof SignalMapping>;

/** All mappings of an installation, each with a name of its own. */
export const SignalMappings = z.array(SignalMapping).superRefine((mappings, context) => {
  const seen = new Set<string>();
  for (const [index, { name }] of mappings.entries()) {
    if (seen.has(name)) {
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `expected a name that is not taken; ${name} is`,
      });
    }
    seen.add(name);
  }
});
