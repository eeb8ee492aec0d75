using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>Several places of one file that are to say the version of one image.</summary>
public sealed class SeveralPlacesTests
{
    private const string Image = "registry.example.com/team/web";

    [Theory]
    [InlineData("1.6.0", "1.4.0")]
    [InlineData("1.4.0", "1.6.0")]
    public void No_place_goes_down_because_another_is_behind(string first, string second)
    {
        var web = Marked(Mark("a", first, ":tag") + Mark("b", second, ":tag"));
        var before = web.File;
        var kept = Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        Assert.Contains($"1.6.0 stays, the newest allowed tag 1.5.0 is older", kept.Reason, StringComparison.Ordinal);
        Assert.Contains($"the places that say {first}, {second} are written together or not at all", kept.Reason, StringComparison.Ordinal);
        Assert.Equal(before, web.File);
    }

    [Fact]
    public void All_places_go_down_where_that_is_allowed()
    {
        var web = Marked(Mark("a", "1.6.0", ":tag") + Mark("b", "1.4.0", ":tag"), "web.allow-downgrade=true");
        Becomes(web, Mark("a", "1.5.0", ":tag") + Mark("b", "1.5.0", ":tag"));
    }

    [Fact]
    public void Being_ahead_of_one_and_behind_none_is_enough() =>
        Becomes(Marked(Mark("a", "1.5.0", ":tag") + Mark("b", "1.4.0", ":tag")), Mark("a", "1.5.0", ":tag") + Mark("b", "1.5.0", ":tag"));

    [Theory]
    [InlineData("1.4.0", "1.5.0")]
    [InlineData("1.5.0", "1.5.0")]
    [InlineData("1.6.0", "1.6.0")]
    public void A_place_without_version_is_brought_to_that_of_the_others(string written, string expected)
    {
        Becomes(Marked(Mark("a", written, ":tag") + Mark("b", Image, "")), Mark("a", expected, ":tag") + Mark("b", $"{Image}:{expected}", ""));
        Becomes(Marked(Mark("a", $"{Image}:{written}", "") + Mark("b", "''", ":tag")), Mark("a", $"{Image}:{expected}", "") + Mark("b", $"'{expected}'", ":tag"));
        Becomes(
            Case("kustomization:kustomization.yaml", $"images:\n- name: web\n  newName: {Image}\n  newTag: {written}\n- name: {Image}\n"),
            $"images:\n- name: web\n  newName: {Image}\n  newTag: {expected}\n- name: {Image}\n  newTag: {expected}\n");
    }

    [Theory]
    [InlineData("web.pin-digest=true")]
    [InlineData("web.pin-digest=true", "web.pin=1.4.0")]
    [InlineData("web.update-strategy=digest")]
    public void A_place_without_digest_gets_the_one_that_is_due_once(params string[] annotations)
    {
        var (tag, list) = annotations[0].Contains("strategy", StringComparison.Ordinal) ? ("latest", $"web={Image}:latest") : annotations.Length > 1 ? ("1.4.0", $"web={Image}:~1") : ("1.5.0", $"web={Image}:~1");
        var digest = Tags.Digest(tag).ToString();
        foreach (var (before, after) in new[]
        {
            (Mark("a", tag, ":tag") + Mark("b", "''", ":digest"), Mark("a", tag, ":tag") + Mark("b", $"'{digest}'", ":digest")),
            (Mark("a", tag, ":tag") + Mark("b", $"{Image}:{tag}", ""), Mark("a", tag, ":tag") + Mark("b", $"{Image}:{tag}@{digest}", "")),
            (Mark("a", "''", ":tag") + Mark("b", digest, ":digest"), Mark("a", $"'{tag}'", ":tag") + Mark("b", digest, ":digest")),
            (Mark("a", "''", ":digest") + Mark("b", digest, ":digest"), Mark("a", $"'{digest}'", ":digest") + Mark("b", digest, ":digest")),
        })
        {
            Becomes(Case("markers:values.yaml", before, list, annotations), after);
        }
    }

    [Theory]
    [InlineData(":digest")]
    [InlineData("")]
    [InlineData(":tag")]
    public void What_the_annotation_pin_holds_is_pinned_in_the_second_run(string field)
    {
        var digest = Tags.Digest("1.4.0").ToString();
        var before = field switch { ":digest" => "''", ":tag" => "1.5.0", _ => Image };
        var other = field == ":tag" ? Mark("d", "''", ":digest") : "";
        var web = Marked(Mark("a", before, field) + other, "web.pin-digest=true", "web.pin=1.4.0");
        Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.Contains(digest, web.File, StringComparison.Ordinal);
        Assert.Equal("pinned: 1.4.0 by the annotation pin", Assert.IsType<ImageDecision.Pinned>(web.Decide()).Reason);
    }

    private static RegistryWorld Tags => new RegistryWorld().Push("1.4.0").Push("1.5.0", 2).Push("latest", 3);

    private static void Becomes(PlanningCase web, string expected)
    {
        Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.Equal(expected, web.File);
        Assert.False(web.Decide() is ImageDecision.Update or ImageDecision.Failed);
        Assert.Empty(web.Cycle().Changes);
        Assert.Equal(expected, web.File);
    }

    private static string Mark(string key, string value, string field) => $"{key}: {value} # {{\"bumper\": \"web{field}\"}}\n";

    private static PlanningCase Marked(string file, params string[] annotations) => Case("markers:values.yaml", file, $"web={Image}:~1", annotations);

    private static PlanningCase Case(string target, string file) => Case(target, file, $"web={Image}:~1", []);

    private static PlanningCase Case(string target, string file, string list, string[] annotations) =>
        PlanningCase.Of(list, Image, Tags, file, [$"write-back-target={target}", .. annotations]);
}
