import { testAnalyzer } from '@headwater/testkit/analyzer-fixtures.ts';
import { analyzer } from './index.ts';

testAnalyzer(analyzer, import.meta.dirname);
