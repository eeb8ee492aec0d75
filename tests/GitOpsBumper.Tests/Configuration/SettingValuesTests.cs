using GitOpsBumper.Configuration;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Configuration;

public sealed class SettingValuesTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5m", 90)]
    [InlineData("500ms", 0.5)]
    [InlineData("2d", 172800)]
    public void Durations_are_written_as_in_Go(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1s ")]
    [InlineData("999999999999h")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData("web*", null, true)]
    [InlineData("argocd/*", null, true)]
    [InlineData("api", null, false)]
    [InlineData(null, "team=red", true)]
    [InlineData(null, "team==red,tier!=test,canary", true)]
    [InlineData(null, "!canary", false)]
    [InlineData(null, "team!=red", false)]
    [InlineData(null, "!missing,missing!=x", true)]
    [InlineData("web-1", "team=blue", false)]
    public void Applications_are_chosen_by_name_and_labels(string? glob, string? selector, bool accepted)
    {
        Assert.True(ApplicationFilter.TryCreate(glob is null ? [] : ["other", glob], selector, out var filter, out var problem), problem);
        Assert.Equal(accepted, filter.Accepts(new ApplicationSnapshot
        {
            Name = new NamespacedName("argocd", "web-1"),
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "red", ["canary"] = "yes" },
        }));
    }
}
