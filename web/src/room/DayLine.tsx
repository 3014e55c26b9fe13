import { useLanguage } from "../i18n/Language";
import classes from "./DayLine.module.css";

/** The day above its first message. */
export function DayLine({ instant }: { instant: string }) {
  const { format } = useLanguage();
  return (
    <div className={classes.line} role="separator" aria-label={format.day(instant)}>
      <span>{format.day(instant)}</span>
    </div>
  );
}
