using System.Diagnostics.Metrics;
using System.Globalization;
using GitOpsBumper.Metrics;

namespace GitOpsBumper.Tests.Metrics;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly MetricsCollector _collector;

    public MetricsCollectorTests() => _collector = new MetricsCollector(_meter, maxSeries: 3);

    [Fact]
    public void Everything_is_written_in_order_and_as_the_format_wants_it()
    {
        var asked = _meter.CreateCounter<long>("b_total", description: "Things.\nA \\ in them.");
        _meter.CreateObservableGauge("c", () => 0.25, description: "Half of a half.");
        var took = _meter.CreateHistogram("a_seconds", description: "Took.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        asked.Add(2, new("registry", "z"), new("outcome", "ok"));
        asked.Add(1, new("registry", "a"), new("outcome", "failed"));
        asked.Add(3, new("registry", "z"), new("outcome", "ok"));
        took.Record(0.1, new KeyValuePair<string, object?>("kind", "full"));
        took.Record(0.5, new KeyValuePair<string, object?>("kind", "full"));
        took.Record(7, new KeyValuePair<string, object?>("kind", "full"));

        Assert.Equal(
            """
            # HELP a_seconds Took.
            # TYPE a_seconds histogram
            a_seconds_bucket{kind="full",le="0.1"} 1
            a_seconds_bucket{kind="full",le="1"} 2
            a_seconds_bucket{kind="full",le="+Inf"} 3
            a_seconds_sum{kind="full"} 7.6
            a_seconds_count{kind="full"} 3
            # HELP b_total Things.\nA \\ in them.
            # TYPE b_total counter
            b_total{registry="a",outcome="failed"} 1
            b_total{registry="z",outcome="ok"} 5
            # HELP c Half of a half.
            # TYPE c gauge
            c 0.25

            """,
            _collector.Render());
    }

    [Fact]
    public void Labels_say_quotes_backslashes_and_line_ends()
    {
        _meter.CreateCounter<long>("a").Add(1, new KeyValuePair<string, object?>("path", "C:\\a \"b\"\nc"));
        Assert.Contains("""a{path="C:\\a \"b\"\nc"} 1""" + "\n", _collector.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_without_series_is_there_with_its_meaning()
    {
        _meter.CreateCounter<long>("a", description: "Nothing yet.");
        Assert.Equal("# HELP a Nothing yet.\n# TYPE a counter\n", _collector.Render());
    }

    [Fact]
    public void Numbers_are_the_same_in_every_language()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            _meter.CreateObservableGauge("a", () => -1.5);
            Assert.Contains("a -1.5\n", _collector.Render(), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    public void What_is_no_number_has_a_word(double value, string word)
    {
        _meter.CreateObservableGauge("a", () => value);
        Assert.Contains($"a {word}\n", _collector.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_combinations_of_labels_share_one_series()
    {
        var counter = _meter.CreateCounter<long>("a");
        foreach (var name in (string[])["1", "2", "3", "4", "5", "1", "4"])
            counter.Add(1, new("name", name), new("outcome", "ok"));
        Assert.Equal(
            """
            # HELP a 
            # TYPE a counter
            a{name="1",outcome="ok"} 2
            a{name="2",outcome="ok"} 1
            a{name="3",outcome="ok"} 1
            a{name="other",outcome="other"} 3

            """,
            _collector.Render());
    }

    [Fact]
    public void Of_what_is_observed_only_the_newest_is_shown_and_what_is_gone_is_gone()
    {
        string[] names = ["a", "b"];
        _meter.CreateObservableGauge("images", () => names.Select(name => new Measurement<int>(name.Length, new KeyValuePair<string, object?>("application", name))));
        Assert.Contains("images{application=\"b\"} 1\n", _collector.Render(), StringComparison.Ordinal);
        names = ["aa"];
        Assert.Equal("# HELP images \n# TYPE images gauge\nimages{application=\"aa\"} 2\n", _collector.Render());
        Assert.Contains("images{application=\"aa\"} 2\n", _collector.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_meter_of_the_same_name_is_somebody_elses()
    {
        using var other = new Meter("test");
        other.CreateCounter<long>("a").Add(1);
        Assert.Empty(_collector.Render());
    }

    [Fact]
    public async Task Nothing_is_lost_when_many_count_and_others_read()
    {
        var counter = _meter.CreateCounter<long>("a");
        var histogram = _meter.CreateHistogram("b", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var time = 0; time < 2000; time++)
            {
                counter.Add(1);
                histogram.Record(2);
                if (time % 500 == 0)
                    Assert.Contains("# TYPE a counter", _collector.Render(), StringComparison.Ordinal);
            }
        })));
        var text = _collector.Render();
        Assert.Contains("\na 8000\n", text, StringComparison.Ordinal);
        Assert.Contains("b_sum 16000\nb_count 8000\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_is_refused_when_it_is_made()
    {
        Assert.Throws<NotSupportedException>(() => _meter.CreateHistogram<double>("without_buckets"));
        Assert.Throws<NotSupportedException>(() => _meter.CreateUpDownCounter<long>("up_and_down"));
        _meter.CreateCounter<long>("twice");
        Assert.Throws<InvalidOperationException>(() => _meter.CreateCounter<long>("twice", unit: "s"));
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }
}
