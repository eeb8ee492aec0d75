using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Core.Applications;

public sealed class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal) { ["team"] = "web", ["example.com/tier"] = "test", ["canary"] = "" };

    [Theory]
    [InlineData("team=web", true)]
    [InlineData("team==web", true)]
    [InlineData("team = web", true)]
    [InlineData("team=api", false)]
    [InlineData("team!=api", true)]
    [InlineData("team!=web", false)]
    [InlineData("missing!=web", true)]
    [InlineData("missing=web", false)]
    [InlineData("canary", true)]
    [InlineData("canary=", true)]
    [InlineData("missing", false)]
    [InlineData("!missing", true)]
    [InlineData("!canary", false)]
    [InlineData("team in (api, web)", true)]
    [InlineData("team in (api)", false)]
    [InlineData("team in(web)", true)]
    [InlineData("missing in (web)", false)]
    [InlineData("team notin (api,web)", false)]
    [InlineData("team notin (api)", true)]
    [InlineData("missing notin (api)", true)]
    [InlineData("example.com/tier=test,team in (web,api),!missing", true)]
    [InlineData("example.com/tier=test,team in (api,cli),!missing", false)]
    [InlineData(",team=web,", true)]
    public void All_requirements_have_to_hold(string text, bool matches)
    {
        Assert.True(LabelSelector.TryParse(text, out var selector, out _));
        Assert.Equal(matches, selector!.Matches(Labels));
    }

    [Theory]
    [InlineData("team", "In", true, "web", "api")]
    [InlineData("team", "In", false, "api")]
    [InlineData("team", "NotIn", true, "api")]
    [InlineData("missing", "NotIn", true, "api")]
    [InlineData("example.com/tier", "Exists", true)]
    [InlineData("missing", "Exists", false)]
    [InlineData("missing", "DoesNotExist", true)]
    [InlineData("canary", "DoesNotExist", false)]
    public void Requirements_of_the_API_mean_the_same(string key, string operation, bool matches, params string[] values)
    {
        Assert.True(LabelSelector.TryCombine([new LabelRequirement(key, operation, values)], out var selector, out _));
        Assert.Equal(matches, selector!.Matches(Labels));
        Assert.True(LabelSelector.TryParse(selector.Text, out var again, out _));
        Assert.Equal(matches, again!.Matches(Labels));
        Assert.False(LabelSelector.TryCombine([new LabelRequirement(key, operation, values), new LabelRequirement("team", "In", ["api"])], out var both, out _) && both!.Matches(Labels));
    }

    [Theory]
    [InlineData("team", "Is", "web")]
    [InlineData("team", "In")]
    [InlineData("team", "Exists", "web")]
    [InlineData("team", "In", "a,b")]
    [InlineData("!team", "Exists")]
    [InlineData("a=b", "Exists")]
    [InlineData("", "Exists")]
    public void What_the_API_would_refuse_is_a_problem(string key, string operation, params string[] values)
    {
        Assert.False(LabelSelector.TryCombine([new LabelRequirement(key, operation, values)], out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("=web")]
    [InlineData("!team=web")]
    [InlineData("!!team")]
    [InlineData("!team in (a)")]
    [InlineData("team in web")]
    [InlineData("team in (web")]
    [InlineData("team in ((web))")]
    [InlineData("team=a b")]
    [InlineData("team=-a")]
    [InlineData("te am")]
    [InlineData("a/b/c=d")]
    [InlineData("team>3")]
    public void What_is_no_requirement_is_named(string text)
    {
        Assert.False(LabelSelector.TryParse("good=1," + text, out _, out var problem));
        Assert.Contains($"label requirement '{text}' is not understood", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    public void A_selector_that_asks_for_nothing_is_none(string text)
    {
        Assert.True(LabelSelector.TryParse(text, out var selector, out _));
        Assert.Null(selector);
    }
}
