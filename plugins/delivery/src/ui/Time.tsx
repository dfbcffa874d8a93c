import { age, fullTime, shortTime } from './format';

/** A time in short form; title and machine form carry all of it. */
export function Time(props: {
  iso: string;
  form?: 'age' | 'clock';
  wrap?: (short: string) => string;
}) {
  const short = props.form === 'clock' ? shortTime(props.iso) : age(props.iso);
  return (
    <time dateTime={props.iso} title={fullTime(props.iso)}>
      {props.wrap ? props.wrap(short) : short}
    </time>
  );
}
