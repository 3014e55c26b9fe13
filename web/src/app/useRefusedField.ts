import { refusal } from "@plenary/apollo";
import { type RefObject, useEffect, useRef } from "react";

/** Where the error of a form stands, and the form in which it is shown. */
export interface RefusedField<Field extends string> {
  /** The field that the server refused, when the form has it. */
  field: Field | undefined;
  /** The error, when it is about no field of the form. */
  otherError: unknown;
  form: RefObject<HTMLFormElement | null>;
}

/**
 * Finds the field that an error is about (`extensions.field`) among those of a form, and leads whoever filled it in there.
 * The fields of the form have their names in `data-field`.
 */
export function useRefusedField<Field extends string>(error: unknown, fields: readonly Field[]): RefusedField<Field> {
  const form = useRef<HTMLFormElement>(null);
  const name = refusal(error)?.field;
  const field = fields.find((each) => each === name);
  useEffect(() => {
    if (field !== undefined) form.current?.querySelector<HTMLElement>(`[data-field="${field}"]`)?.focus();
  }, [error, field]);
  return { field, otherError: field === undefined ? error : undefined, form };
}
