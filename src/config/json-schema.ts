import { z } from 'zod';
import { settingsSchema } from './schema.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The config file in words of JSON Schema (draft 7): for editors, and for the programs that need to know the keys. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(settingsSchema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // zod leaves both out where a value is transformed, since they might belong to the output. Ours belong to the input.
      const { default: preset, examples } = z.globalRegistry.get(zodSchema) ?? {};
      Object.assign(
        jsonSchema,
        preset === undefined ? {} : { default: preset },
        examples === undefined ? {} : { examples },
      );
    },
  });
  return { title: 'QQBridge config', ...schema };
}
