using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;
using GitOpsBumper.Tests.Core.Annotations;

namespace GitOpsBumper.Tests.Core.WriteBack.Targets;

/// <summary>From the annotations to the compose file.</summary>
public sealed class ComposeTargetTests
{
    private const string Text = "services:\n  web:\n    image: ghcr.io/team/web:1.4.2\n  worker:\n    image: ghcr.io/team/web:1.4.2\n";

    [Theory]
    [InlineData("compose", "docker-compose.yml compose.yaml", "apps/web/compose.yaml")]
    [InlineData("compose", "docker-compose.yaml docker-compose.yml", "apps/web/docker-compose.yml")]
    [InlineData("compose:/hosts/a", "compose.yml", "hosts/a/compose.yml")]
    [InlineData("compose:/hosts/a/shop.yml", "shop.yml", "hosts/a/shop.yml")]
    public void The_file_that_Compose_would_take_is_written(string target, string there, string expected)
    {
        var policy = Policy(target);
        Assert.Empty(policy.AllProblems);
        var opened = Open(policy, there.Split(' '));
        Assert.Equal(expected, opened.Path.Text);
        Assert.Null(opened.Check(policy.Images[0]));
        var change = Assert.Single(opened.Write(new TargetWrites([new ImageWrite(policy.Images[0], WriteBackImage.Version("1.5.0"))])).Changes);
        Assert.Equal(expected, change.Path.Text);
        Assert.Equal(Text.Replace("1.4.2", "1.5.0", StringComparison.Ordinal), change.NewText);
    }

    [Fact]
    public void A_service_by_its_name_is_written_alone()
    {
        var policy = Policy("compose", "web.compose.service: worker");
        Assert.Empty(policy.AllProblems);
        var opened = Open(policy, ["compose.yaml"]);
        var change = Assert.Single(opened.Write(new TargetWrites([new ImageWrite(policy.Images[0], WriteBackImage.Version("1.5.0"))])).Changes);
        Assert.Equal("services:\n  web:\n    image: ghcr.io/team/web:1.4.2\n  worker:\n    image: ghcr.io/team/web:1.5.0\n", change.NewText);
        Assert.Equal("worker", opened.Slot(policy.Images[0]));
    }

    [Fact]
    public void A_name_that_no_service_can_have_is_told() => Assert.Contains(
        Policy("compose", "web.compose.service: a/b").AllProblems, problem => problem.Message.Contains("'a/b' is not the name of a service of a compose file", StringComparison.Ordinal));

    [Theory]
    [InlineData("", true)]
    [InlineData("a", true)]
    [InlineData("a b", false)]
    public void Images_that_write_one_service_are_stopped(string named, bool collide)
    {
        var policy = Reading.Of(
            Reading.HelmSource, [
                "image-list: a=ghcr.io/team/web, b=ghcr.io/team/web", "write-back-target: compose",
                .. named.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(alias => $"{alias}.compose.service: {alias}")]);
        Assert.Equal(collide, policy.Images.All(image => image.Problems.Count > 0));
    }

    private static ApplicationPolicy Policy(string target, params string[] more) =>
        Reading.Of(Reading.HelmSource, ["image-list: web=ghcr.io/team/web", $"write-back-target: {target}", .. more]);

    private static IWriteBackTarget Open(ApplicationPolicy policy, string[] there)
    {
        Assert.True(TargetPlace.TryFind(policy.Application, policy.WriteBack!, inArgoCdNamespace: true, out var place, out var problem), problem);
        var files = place.Files.ToDictionary(file => file, file => there.Contains(file.Name, StringComparer.Ordinal) ? new FileText(Text, null) : FileText.Absent);
        Assert.True(place.TryOpen(Reading.App([policy.WriteBack!.Source]), policy, files, out var target, out problem), problem);
        return target;
    }
}
