using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Rollback.Pins;

/// <summary>Holds where the place of the version has something to say.</summary>
public sealed class PinWayTests(World world)
{
    private const string File = "apps/web/.argocd-source-web.yaml";

    [Fact]
    public async Task Where_the_digest_stands_alone_a_version_is_held_by_its_digest_alone()
    {
        using var stage = await Stage.SetAsync(world);
        await PushAsync(stage, "1.0.0", 1);
        var good = await PushAsync(stage, "1.1.0", 2);
        stage.Deploy(new Deployment("web", stage.Image("web")) { Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["pin-digest"] = "true", ["digest-format"] = "digest" } });
        await stage.PublishAsync();
        (await stage.RunAsync()).MustExit(0);
        await PushAsync(stage, "1.2.0", 3);
        (await stage.RunAsync()).MustExit(0);

        (await stage.CallAsync("rollback", "web", "--with", "value", "--by", "Ada")).MustExit(0);
        Assert.Contains($"value: {good}\n", (await stage.ReadAsync(File))!.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("web").Decision);

        var refused = await stage.CallAsync("pin", "web", "web", "1.0.0", "--with", "value", "--force", "--by", "Ada");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("web is written as a digest alone, and without asking the registry that of 1.0.0 is not known", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_application_holds_over_a_values_file_is_told_and_not_hidden_below()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0", "1.2.0");
        stage.Deploy(new Deployment("web", stage.Image("web"))
        {
            Tag = null,
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["write-back-target"] = "helmvalues:values.yaml" },
            Parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["image.overrideTag"] = "1.1.0" },
        });
        stage.File("apps/web/values.yaml", $"image:\n  name: {stage.Image("web")}\n  tag: 1.0.0\n");
        await stage.PublishAsync();

        var refused = await stage.CallAsync("pin", "web", "web", "1.0.0", "--by", "Ada");
        Assert.Equal(
            (2, "bumper: web is held at 1.1.0 by image.overrideTag in the parameters of Application argocd/web, which win over values files, so a pin in the file would not be seen; change it there\n"),
            (refused.ExitCode, refused.Errors));
        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task Nothing_to_let_go_of_is_a_document_too()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0");
        stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();
        var document = JsonNode.Parse((await stage.CallAsync("unpin", "web", "--output", "json", "--by", "Ada")).MustExit(0).Output)!;
        Assert.Equal(("web", null, "nothing is held in git"), ((string?)document["name"], (string?)document["commit"], (string?)document["images"]![0]!["reason"]));
        Assert.Empty(document["changes"]!.AsArray());
    }

    private static async Task<string> PushAsync(Stage stage, string tag, int day) =>
        (await stage.Registry.Images.PushImageAsync(stage.RepositoryPath("web"), TestImage.Amd64(new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero)), [tag], Stage.Token)).ToString();
}
