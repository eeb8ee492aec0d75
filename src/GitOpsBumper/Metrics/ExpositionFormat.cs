using System.Globalization;
using System.Text;

namespace GitOpsBumper.Metrics;

/// <summary>
/// The text format of Prometheus, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
/// </summary>
internal static class ExpositionFormat
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <param name="families">Are written in the order of their names, those without any series with their head alone.</param>
    public static string Render(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families.OrderBy(family => family.Name, StringComparer.Ordinal))
            Append(text, family);
        return text.ToString();
    }

    /// <summary>Appends <c>name="value"</c>, after a comma where it is not the first.</summary>
    public static void AppendLabel(StringBuilder labels, string name, string value)
    {
        if (labels.Length > 0)
            labels.Append(',');
        labels.Append(name).Append("=\"");
        foreach (var character in value)
        {
            _ = character switch
            {
                '\\' => labels.Append(@"\\"),
                '"' => labels.Append("\\\""),
                '\n' => labels.Append(@"\n"),
                _ => labels.Append(character),
            };
        }

        labels.Append('"');
    }

    private static void Append(StringBuilder text, MetricFamily family)
    {
        text.Append("# HELP ").Append(family.Name).Append(' ')
            .Append(family.Help.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(Word(family.Kind)).Append('\n');
        family.ForEach((labels, series) =>
        {
            if (family.Kind == MetricKind.Histogram)
                AppendHistogram(text, family, labels, series);
            else
                AppendSample(text, family.Name, labels, series.Sum);
        });
    }

    private static void AppendHistogram(StringBuilder text, MetricFamily family, string labels, MetricSeries series)
    {
        var before = labels.Length > 0 ? labels + "," : "";
        for (var index = 0; index < family.Buckets.Count; index++)
            AppendSample(text, family.Name + "_bucket", $"{before}le=\"{Number(family.Buckets[index])}\"", series.CountUpTo(index));
        AppendSample(text, family.Name + "_bucket", before + "le=\"+Inf\"", series.Count);
        AppendSample(text, family.Name + "_sum", labels, series.Sum);
        AppendSample(text, family.Name + "_count", labels, series.Count);
    }

    private static void AppendSample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Word(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        _ => "histogram",
    };
}
