using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>What a person holds stays held, in whatever way it is written.</summary>
public sealed class HoldTests
{
    private const string Repository = "registry.example.com/team/web";
    private const string Mark = "# carried over from the Application by GitOpsBumper";

    [Theory]
    [InlineData("*pinned")]
    [InlineData("&again \"1.4.0\"")]
    public void An_overrideTag_pins_however_it_is_written(string value)
    {
        var web = Case($"pinned: &pinned 1.4.0\nhelm:\n  parameters:\n  - name: image.tag\n    value: 1.4.2\n  - name: image.overrideTag\n    value: {value}\n");
        Assert.Equal("1.4.0", Assert.IsType<ImageDecision.Pinned>(web.Decide()).Pin);
    }

    [Theory]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void An_overrideTag_that_says_nothing_pins_nothing(string value)
    {
        var web = Case($"helm:\n  parameters:\n  - name: image.tag\n    value: 1.4.2\n  - name: image.overrideTag\n    value: {value}\n");
        Assert.IsType<ImageDecision.Update>(web.Decide());
    }

    [Fact]
    public void A_newer_version_behind_an_alias_is_not_overwritten_by_an_older_one()
    {
        var web = Case("next: &next 1.9.0\nhelm:\n  parameters:\n  - name: image.tag\n    value: *next\n");
        var file = web.File;
        Assert.Contains("1.9.0 stays", Assert.IsType<ImageDecision.UpToDate>(web.Decide()).Reason, StringComparison.Ordinal);
        Assert.Equal(file, web.File);
    }

    [Fact]
    public void An_overrideTag_of_the_Application_reaches_a_file_that_would_hide_it()
    {
        var web = Case("helm:\n  parameters:\n  - name: image.tag\n    value: 1.4.2\n");
        web.Parameters.Add(new HelmParameter("image.overrideTag", "1.4.0", ForceString: true));

        Assert.IsType<ImageDecision.Pinned>(web.Decide());
        Assert.Contains($"- name: image.overrideTag {Mark}\n    value: 1.4.0\n", web.File, StringComparison.Ordinal);
        Assert.Empty(web.Cycle().Changes);
    }

    [Fact]
    public void An_overrideTag_that_is_gone_from_the_Application_resumes_at_once()
    {
        var web = Case("helm:\n  parameters:\n  - name: image.tag\n    value: 1.4.2\n");
        web.Parameters.Add(new HelmParameter("image.overrideTag", "1.4.0", ForceString: true));
        web.Decide();
        web.Parameters.Clear();

        Assert.Equal("1.5.0", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        Assert.DoesNotContain("overrideTag", web.File, StringComparison.Ordinal);
    }

    [Fact]
    public void An_overrideTag_that_may_not_be_carried_is_told_to_be_hidden()
    {
        var web = Case("helm:\n  parameters:\n  - name: image.tag\n    value: 1.4.2\n", "carry-parameters=none");
        web.Parameters.Add(new HelmParameter("image.overrideTag", "1.4.0", ForceString: true));
        Assert.Contains("hides", Assert.IsType<ImageDecision.Pinned>(web.Decide()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_carried_is_told_even_when_no_image_is_due()
    {
        var web = Case("helm: {parameters: [{name: image.tag, value: 1.5.0}]}\n");
        web.Parameters.Add(new HelmParameter("image.overrideTag", "1.4.0", ForceString: true));
        var operation = web.Cycle();
        Assert.Empty(operation.Changes);
        Assert.Contains("image.overrideTag", operation.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pin_annotation_writes_what_merely_runs()
    {
        var web = Case(null, "web.pin=1.4.2");
        web.Running = [$"{Repository}:1.4.2"];
        Assert.Equal("1.4.2", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.Pinned>(web.Decide());
    }

    [Fact]
    public void The_pin_annotation_writes_a_digest_that_is_wanted_and_missing()
    {
        var web = Case("helm:\n  parameters:\n  - name: image.tag\n    value: 1.4.2\n", "web.pin=1.4.2", "web.pin-digest=true");
        var digest = web.Registries[Repository].Digest("1.4.2");
        Assert.Equal($"1.4.2@{digest}", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        web.Registries[Repository].Push("1.4.2", day: 9);
        Assert.IsType<ImageDecision.Pinned>(web.Decide());
    }

    private static PlanningCase Case(string? file, params string[] annotations)
    {
        var registry = new RegistryWorld().Push("1.4.0").Push("1.4.2").Push("1.5.0");
        return PlanningCase.Of($"web={Repository}:~1", Repository, registry, file, annotations);
    }
}
