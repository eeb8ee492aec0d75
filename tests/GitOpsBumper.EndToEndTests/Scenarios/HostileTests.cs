using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>What one Application, or one file, must not be able to do to the others.</summary>
public sealed class HostileTests(World world)
{
    [Fact]
    public async Task A_path_as_long_as_paths_may_be_fails_its_application_alone()
    {
        using var stage = await PrepareAsync();
        stage.Announce(new Deployment("web", stage.Image("api")) { Path = new string('a', 4090) });
        Assert.Contains("4096 characters", await MustFailAloneAsync(stage), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("? helm\n", "without a colon")]
    [InlineData("\uFEFF\uFEFFhelm: {}\n", "two byte order marks")]
    [InlineData("base: &b {parameters: []}\nhelm:\n  <<: *b\n", "'<<'")]
    public async Task A_file_that_cannot_be_edited_fails_its_application_alone(string text, string reason)
    {
        using var stage = await PrepareAsync();
        var web = stage.Deploy(new Deployment("web", stage.Image("api")));
        stage.File(web.OverrideFile, text);
        await stage.PublishAsync();
        Assert.Contains(reason, await MustFailAloneAsync(stage), StringComparison.Ordinal);
        Assert.Equal(text.Trim('\uFEFF'), (await stage.ReadAsync(web.OverrideFile))?.Trim('\uFEFF'));
    }

    [Fact]
    public async Task An_annotation_does_not_choose_a_folder_of_this_machine()
    {
        using var stage = await PrepareAsync();
        stage.Announce(new Deployment("web", stage.Image("api")) { Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["git-repository"] = stage.Repository.Folder } });
        Assert.Contains("folder of the machine", await MustFailAloneAsync(stage, "--allow-local-repositories"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_the_project_does_not_permit_is_not_written_to()
    {
        using var stage = await PrepareAsync();
        stage.Manifest("project.yaml", $$"""
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: narrow, namespace: argocd}
            spec: {sourceRepos: ["https://git.example.com/**"]}
            """);
        var web = new Deployment("web", stage.Image("api"));
        stage.Manifest("argocd-web.yaml", web.ToYaml(stage.Repository.Url).Replace("project: default", "project: narrow", StringComparison.Ordinal));
        Assert.Contains("project 'narrow' does not permit repository", await MustFailAloneAsync(stage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Applications_with_different_credentials_for_one_repository_are_all_done()
    {
        using var stage = await Stage.SetAsync(world, "private");
        await stage.PushTagsAsync("api", "1.0.0", "1.1.0");
        var names = Enumerable.Range(0, 6).Select(index => $"app{index}").ToList();
        foreach (var name in names)
        {
            stage.Deploy(new Deployment(name, stage.Image("api"))
            {
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["write-back-method"] = $"git:secret:argocd/{name}" },
            });
            // Another user for the same account: the server looks at the password alone where it is a token.
            stage.Manifest($"secret-{name}.yaml", Secret(name, GitHttpServer.Account, name));
        }

        await stage.PublishAsync();
        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.All(names, name => Assert.Equal("updated", outcome.Image(name).Decision));
        Assert.Equal(1 + names.Count, await stage.CountCommitsAsync());
    }

    private static string Secret(string name, BasicAccount account, string insecure) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: {name: {{name}}, namespace: argocd}
        stringData: {username: "{{account.User}}", password: "{{account.Password}}", insecure: "{{(insecure.EndsWith('1') ? "true" : "false")}}"}
        """;

    /// <summary>A neighbour with an update due.</summary>
    private async Task<Stage> PrepareAsync()
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("api", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("api", stage.Image("api")));
        await stage.PublishAsync();
        return stage;
    }

    /// <summary>The application <c>web</c> fails, <c>api</c> is updated; returns the reason.</summary>
    private static async Task<string> MustFailAloneAsync(Stage stage, params string[] more)
    {
        var outcome = (await stage.RunAsync(more)).MustExit(1);
        Assert.Equal("updated", outcome.Image("api").Decision);
        Assert.Equal("failed", outcome.Image("web").Decision);
        return outcome.Image("web").Reason;
    }
}
