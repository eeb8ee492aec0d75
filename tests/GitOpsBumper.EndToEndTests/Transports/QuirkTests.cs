using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Transports;

/// <summary>What hosting services do differently, and what else may lie in a repository.</summary>
public sealed class QuirkTests(World world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Azure DevOps: the first version of the protocol, no filters, no objects by id, spaces and a user in the URL, and no ending.</summary>
    [Theory]
    [InlineData("http://robot@{0}/old/My%20Project/_git/{1}/config")]
    [InlineData("http://robot@{0}/old/My Project/_git/{1}/config")]
    public async Task A_url_with_a_user_and_spaces_and_without_ending_on_an_old_server_is_written_to(string form)
    {
        using var stage = await TransportStage.SetAsync(
            world, "old/My Project/_git", repository => form.Replace("{0}", new Uri(repository.Url).Authority, StringComparison.Ordinal).Replace("{1}", new Uri(repository.Url).Segments[^2].Trim('/'), StringComparison.Ordinal));
        foreach (var setting in new[] { "uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant", "uploadpack.allowTipSHA1InWant" })
            await stage.Stage.Repository.ConfigureAsync(setting, "false", Token);
        stage.Secret(("password", GitHttpServer.Account.Password));

        await stage.SucceedsAsync(GitHttpServer.Account.Password);
    }

    /// <summary>GitLab, in whose subgroups projects may lie deep.</summary>
    [Fact]
    public async Task A_server_that_redirects_to_the_ending_is_asked_with_it_and_gets_the_credentials_on_no_other_way()
    {
        using var stage = await TransportStage.SetAsync(world, "redirecting/group/sub/deep", repository => repository.Url[..^".git".Length]);
        stage.NamedSecret("template", "repo-creds", ("url", new Uri(new Uri(stage.Url), "/redirecting/group/").ToString()), ("username", GitHttpServer.Account.User), ("password", GitHttpServer.Account.Password));

        await stage.SucceedsAsync(GitHttpServer.Account.Password);
    }

    [Fact]
    public async Task Submodules_links_and_what_LFS_keeps_stay_as_they_are()
    {
        using var stage = await TransportStage.SetAsync(world, "open");
        var ada = stage.Stage.Ada;
        await ada.PullAsync(Token);
        await File.WriteAllTextAsync(Path.Combine(ada.Folder, ".gitattributes"), "*.bin filter=lfs diff=lfs merge=lfs -text\n", Token);
        await File.WriteAllTextAsync(Path.Combine(ada.Folder, ".gitmodules"), "[submodule \"module\"]\n\tpath = module\n\turl = https://git.example.com/module\n", Token);
        await File.WriteAllTextAsync(Path.Combine(ada.Folder, "large.bin"), Pointer, Token);
        await File.WriteAllTextAsync(Path.Combine(ada.Folder, "run.sh"), "#!/bin/sh\n", Token);
        File.SetUnixFileMode(Path.Combine(ada.Folder, "run.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(ada.Folder, "link"), "apps/web/Chart.yaml");
        await ada.GitAsync(["update-index", "--add", "--cacheinfo", $"160000,{await stage.Stage.Repository.TipAsync("main", Token)},module"], Token);
        await ada.GitAsync(["add", ".gitattributes", ".gitmodules", "large.bin", "run.sh", "link"], Token);
        await ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "-m", "Everything"], Token);
        await ada.PushAsync(Token);
        var before = await ListAsync(stage);

        (await stage.Stage.RunAsync()).MustExit(0);

        var changed = (await ListAsync(stage)).Except(before).Select(line => line.Split('\t')[1]);
        Assert.Equal([stage.Deployment("web").OverrideFile], changed);
        Assert.Equal(["120000", "160000"], before.Select(line => line.Split(' ')[0]).Where(mode => mode[1] != '0').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_target_file_that_LFS_keeps_is_said_to_be_one_and_not_written_to()
    {
        using var stage = await TransportStage.SetAsync(world, "open");
        var file = stage.Deployment("web").OverrideFile;
        await stage.Stage.Ada.PullAsync(Token);
        await stage.Stage.Ada.CommitAsync("To LFS", file, Pointer, Token);
        await stage.Stage.Ada.PushAsync(Token);

        var reason = (await stage.Stage.RunAsync()).MustExit(1).Image("web").Reason;

        Assert.Equal($"'{file}' is kept by Git LFS: in git there is a pointer to it alone, which is not written to", reason);
        Assert.Equal(Pointer, await stage.Stage.ReadAsync(file));
    }

    private static string Pointer => "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

    private static async Task<IReadOnlyList<string>> ListAsync(TransportStage stage) =>
        (await stage.Stage.Repository.GitAsync(["ls-tree", "-r", "main"], Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
