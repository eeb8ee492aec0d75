using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.WriteBack.Targets;
using GitOpsBumper.Tests.Core.Annotations;

namespace GitOpsBumper.Tests.Core.WriteBack.Targets;

/// <summary>Override parameters that are set and taken away, in override files and in values.</summary>
public sealed class OverrideWriteTests
{
    private const string End = "2026-12-01T12:00:00Z";

    [Theory]
    [InlineData(null, null, "helm:\n  parameters:\n  - name: image.overrideTag\n    value: 1.4.2\n    forcestring: true\n")]
    [InlineData(null, End, "helm:\n  parameters:\n  - name: image.overrideTag\n    value: 1.4.2 # until 2026-12-01T12:00:00Z\n    forcestring: true\n")]
    [InlineData("helm:\n  parameters:\n  - name: image.tag\n    value: 1.5.0\n", End, "helm:\n  parameters:\n  - name: image.tag\n    value: 1.5.0\n  - name: image.overrideTag\n    value: 1.4.2 # until 2026-12-01T12:00:00Z\n    forcestring: true\n")]
    [InlineData("helm:\n  parameters:\n  - name: image.overrideTag\n    value: '1.0' # until 2026-01-01; Ada\n", null, "helm:\n  parameters:\n  - name: image.overrideTag\n    value: '1.4.2' # Ada\n    forcestring: true\n")]
    [InlineData("helm: {parameters: [{name: image.tag, value: a}]}\n", null, "helm: {parameters: [{name: image.tag, value: a}, {name: image.overrideTag, value: \"1.4.2\", forcestring: true}]}\n")]
    public void An_override_file_gets_it(string? before, string? until, string after) => Becomes(Override(before), "1.4.2", until, after);

    [Theory]
    [InlineData("helm:\n  parameters:\n  - name: image.overrideTag\n    value: 1.4.2 # until 2026-12-01T12:00:00Z\n    forcestring: true\n  - name: image.tag\n    value: 1.5.0\n", "helm:\n  parameters:\n  - name: image.tag\n    value: 1.5.0\n")]
    [InlineData("helm:\n  parameters:\n  - name: image.overrideTag\n    value: 1.4.2\n", "helm:\n  parameters: []\n")]
    [InlineData("helm: {parameters: [{name: image.overrideTag, value: \"1.4.2\"}]}\n", "helm: {parameters: [{name: image.overrideTag, value: \"\"}]}\n")]
    [InlineData("helm:\n  parameters:\n  - name: image.overrideTag\n    value: 1.4.2\n  - name: image.tag\n    value: 1.5.0\n  - name: image.overrideTag\n    value: 1.4.3 # until 2026-12-01\n", "helm:\n  parameters:\n  - name: image.tag\n    value: 1.5.0\n")]
    public void And_loses_it(string before, string after) => Becomes(Override(before), null, null, after);

    [Theory]
    [InlineData("image:\n  tag: 1.5.0\n", null, "image:\n  tag: 1.5.0\n  overrideTag: 1.4.2\n")]
    [InlineData("image:\r\n  overrideTag: \"\" # hold here\r\n  tag: 1.5.0\r\n", End, "image:\r\n  overrideTag: \"1.4.2\" # until 2026-12-01T12:00:00Z; hold here\r\n  tag: 1.5.0\r\n")]
    [InlineData("image: {tag: 1.5.0}\n", null, "image: {tag: 1.5.0, overrideTag: 1.4.2}\n")]
    [InlineData(null, End, "image:\n  overrideTag: 1.4.2 # until 2026-12-01T12:00:00Z\n")]
    public void A_values_file_gets_it(string? before, string? until, string after) => Becomes(Values(before), "1.4.2", until, after);

    [Fact]
    public void And_says_nothing_in_its_place() => Becomes(
        Values("image:\n  overrideTag: 1.4.2 # until 2026-12-01T12:00:00Z; hold here\n  tag: 1.5.0\n"), null, null, "image:\n  overrideTag: \"\" # hold here\n  tag: 1.5.0\n");

    [Theory]
    [InlineData("image: {tag: 1.5.0}\n")]
    [InlineData("image: {tag: 1.5.0, overrideTag: a}\n")]
    public void An_end_needs_a_line_of_its_own(string before)
    {
        var (image, target) = Values(before);
        var edit = target.Write(Writes(image, "1.4.2", End));
        Assert.Contains("there is no place; write it as 'key: value' on a line of its own", edit.Failures[image], StringComparison.Ordinal);
        Assert.Empty(edit.Changes);
    }

    [Fact]
    public void An_end_in_braces_of_an_override_file_is_refused()
    {
        var (image, target) = Override("helm: {parameters: [{name: image.tag, value: a}]}\n");
        Assert.Contains("write it with 'value: ' on a line of its own", target.Write(Writes(image, "1.4.2", End)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# until 2026-12-01T12:00:00Z", End, "")]
    [InlineData("# until next week", null, " (without end: '# until next week' names no date, such as 2026-12-01, and no time, such as 2026-12-01T12:00Z)")]
    public void The_end_is_read_and_told(string comment, string? until, string told)
    {
        foreach (var (image, target) in new[] { Override($"helm:\n  parameters:\n  - name: image.overrideTag\n    value: 1.4.2 {comment}\n"), Values($"image:\n  overrideTag: 1.4.2 {comment}\n") })
        {
            var pin = target.FindOverride(image);
            Assert.Equal(until, pin?.Until is { } end ? HoldEnd.Write(end) : null);
            Assert.EndsWith(until is null ? told : $" until {until}", pin?.Where, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Carried_parameters_come_along()
    {
        var source = Reading.HelmSource with { HelmParameters = [new HelmParameter("replicas", "3", ForceString: false)] };
        Becomes(Override(null, source), "1.4.2", null, "helm:\n  parameters:\n  - name: image.overrideTag\n    value: 1.4.2\n    forcestring: true\n  - name: replicas # carried over from the Application by GitOpsBumper\n    value: \"3\"\n");
    }

    [Fact]
    public void What_the_application_holds_is_seen_again_when_the_file_lets_go()
    {
        var source = Reading.HelmSource with { HelmParameters = [new HelmParameter("image.overrideTag", "1.4.0", ForceString: false)] };
        Becomes(
            Override("helm:\n  parameters:\n  - name: image.overrideTag\n    value: 1.4.2\n  - name: image.tag\n    value: 1.5.0\n", source), null, null,
            "helm:\n  parameters:\n  - name: image.tag\n    value: 1.5.0\n  - name: image.overrideTag # carried over from the Application by GitOpsBumper\n    value: 1.4.0\n");
    }

    [Theory]
    [InlineData("image.overrideTag", "1.4.0", true)]
    [InlineData("image.tag", "1.4.2", false)]
    public void The_override_of_the_application_wins_over_that_of_a_values_file_and_its_version_does_not(string parameter, string held, bool hidesFiles)
    {
        var (image, target) = Open("image:\n  overrideTag: 1.4.2\n", Reading.HelmSource with { HelmParameters = [new HelmParameter(parameter, "1.4.0", ForceString: false)] }, "helmvalues");
        var pin = target.FindOverride(image);
        Assert.Equal((held, hidesFiles), (pin?.Value, pin?.HidesFiles));
    }

    private static void Becomes((ImagePolicy Image, IWriteBackTarget Target) opened, string? value, string? until, string after)
    {
        var edit = opened.Target.Write(Writes(opened.Image, value, until));
        Assert.Equal((null, 0), (edit.Problem, edit.Failures.Count));
        Assert.Equal(after, Assert.Single(edit.Changes).NewText);
    }

    private static TargetWrites Writes(ImagePolicy image, string? value, string? until) => new([])
    {
        Overrides = [new OverrideWrite(image, value, until is not null && HoldEnd.TryParse(until, out var end) ? end : null)],
    };

    private static (ImagePolicy Image, IWriteBackTarget Target) Override(string? text, ApplicationSource? source = null) => Open(text, source ?? Reading.HelmSource, "argocd-source");

    private static (ImagePolicy Image, IWriteBackTarget Target) Values(string? text) => Open(text, Reading.HelmSource, "helmvalues");

    private static (ImagePolicy Image, IWriteBackTarget Target) Open(string? text, ApplicationSource source, string kind)
    {
        var policy = Reading.Of(source, "image-list: web=ghcr.io/team/web", $"write-back-target: {kind}", "web.helm.image-tag: image.tag");
        Assert.Empty(policy.AllProblems);
        Assert.True(TargetPlace.TryFind(policy.Application, policy.WriteBack!, inArgoCdNamespace: true, out var place, out var problem), problem);
        Assert.True(place.TryOpen(Reading.App([source]), policy, place.Files.ToDictionary(file => file, file => new FileText(text, null)), out var target, out problem), problem);
        return (Assert.Single(policy.Images), target);
    }
}
