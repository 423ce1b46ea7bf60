import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clockText, numberText } from '../format.ts';
import { history } from '../history.ts';
import { t } from '../i18n.ts';
import { isDark } from '../theme.ts';

const CHARTS = [
  { series: 'events', title: 'chartEvents', unit: 'unitPerSecond', colour: '--events' },
  { series: 'delivered', title: 'chartDelivered', unit: 'unitPerSecond', colour: '--events' },
  { series: 'calls', title: 'chartCalls', unit: 'unitPerSecond', colour: '--calls' },
  { series: 'latencyMs', title: 'chartLatency', unit: 'unitMs', colour: '--good' },
  { series: 'queue', title: 'chartQueue', unit: 'unitEvents', colour: '--busy' },
] as const;

type Chart = (typeof CHARTS)[number];
type Values = readonly (number | null)[];

/** The last hour, of one server or of all. */
export function Charts({ server }: { readonly server: string | undefined }): JSX.Element {
  const { all, servers, at, stepMs } = history.value;
  const columns = server === undefined ? all : servers[server];
  const charts = CHARTS.filter(({ series }) => columns?.[series] !== undefined);
  return (
    <section class="charts" aria-label={server === undefined ? t('charts') : t('chartsOf', server)}>
      <h2>{server === undefined ? t('charts') : t('chartsOf', server)}</h2>
      {charts.length === 0 ? <p class="hint">{t('chartEmpty')}</p> : null}
      <div class="chart-grid">
        {charts.map((chart) => (
          <ChartFigure
            key={chart.series}
            chart={chart}
            values={columns?.[chart.series] ?? []}
            at={at}
            stepMs={stepMs}
          />
        ))}
      </div>
    </section>
  );
}

interface FigureProps {
  readonly chart: Chart;
  readonly values: Values;
  readonly at: number;
  readonly stepMs: number;
}

function ChartFigure({ chart, values, at, stepMs }: FigureProps): JSX.Element {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  const peak = known.reduce((most, value) => Math.max(most, value), 0);
  const now = t('chartNow', last === undefined ? '–' : numberText(last));
  const label = `${t(chart.title)} (${t(chart.unit)}): ${now}, ${t('chartPeak', numberText(peak))}`;
  return (
    <figure>
      <figcaption>
        <b>{t(chart.title)}</b> <small>{t(chart.unit)}</small>
        <span class="chart-now">{last === undefined ? '–' : numberText(last)}</span>
        <small class="chart-peak">{t('chartPeak', numberText(peak))}</small>
      </figcaption>
      <Plot colour={chart.colour} label={label} values={values} at={at} stepMs={stepMs} />
    </figure>
  );
}

interface PlotProps extends Omit<FigureProps, 'chart'> {
  readonly colour: string;
  readonly label: string;
}

const HEIGHT = 128;
const HOUR_S = 3_600;
/** Of a daemon that has just started no more is shown than there is. */
const MIN_SPAN_S = 300;

function Plot({ colour, label, values, at, stepMs }: PlotProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const dark = isDark.value;

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const made = new uPlot(optionsOf(colour, element.clientWidth), [[], []], element);
    plot.current = made;
    const sizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.destroy();
    };
  }, [colour, dark]);

  useEffect(() => {
    const times = values.map((_, index) => (at - (values.length - 1 - index) * stepMs) / 1_000);
    plot.current?.setData([times, [...values]]);
  }, [values, at, stepMs, colour, dark]);

  return <div class="plot" ref={host} role="img" aria-label={label} />;
}

function optionsOf(colour: string, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colourOf = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colourOf('--muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colourOf('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    // The time label at the right edge is centred there, so half of its width needs room beside the plot.
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: { key: 'hour' } },
    scales: {
      x: { range: (_plot, min, max) => [max - Math.min(HOUR_S, Math.max(MIN_SPAN_S, max - min)), max] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, (Number.isFinite(max) ? max : 0) * 1.15)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 20,
        gap: 2,
        space: 70,
        values: (_plot, ticks) => ticks.map((tick) => clockText(tick * 1_000).slice(0, 5)),
      },
      { ...axis, size: 40, gap: 4, space: 28, values: (_plot, ticks) => ticks.map(numberText) },
    ],
    series: [
      {},
      { stroke: colourOf(colour), width: 1.5, fill: `${colourOf(colour)}22`, spanGaps: false, points: { show: false } },
    ],
  };
}
