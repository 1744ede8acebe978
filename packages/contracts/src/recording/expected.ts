import { z } from 'zod';
import { CATEGORY_NAMES } from '../diagnosis/categories.ts';
import { VERDICTS } from '../diagnosis/diagnosis.ts';

const Category = z.enum(CATEGORY_NAMES);
const ObjectPattern = z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string().optional() });

/** Ground truth of a recording; the engine never reads it. `*` in a value is a wildcard. */
export const ExpectedDiagnosis = z.object({
  verdict: z.enum(VERDICTS),
  causes: z.array(ObjectPattern).default([]),
  allCauses: z.boolean().default(false),
  category: z.union([Category.transform((slug) => [slug]), z.array(Category)]).default([]),
  keywords: z.array(z.array(z.string()).min(1)).default([]),
  not: z.array(z.union([z.object({ category: Category }), ObjectPattern])).default([]),
  remediation: z.array(z.string()).default([]),
});
export type ExpectedDiagnosis = z.infer<typeof ExpectedDiagnosis>;
export type ObjectPattern = z.infer<typeof ObjectPattern>;
