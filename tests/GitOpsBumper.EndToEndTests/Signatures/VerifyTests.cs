using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.Core.Images;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Signatures;

/// <summary>
/// What is not signed with the wanted key is not written. Against a real registry that does not know the referrers API, so that the tag that stands in for it is
/// read; signed by OpenSSL in the format of cosign.
/// </summary>
public sealed class VerifyTests(World world)
{
    [Fact]
    public async Task An_image_is_held_until_it_is_signed_with_the_wanted_key()
    {
        using var stage = await PrepareAsync(("web.verify", "cosign:prod"), ("web.pin-digest", "true"));
        using var ours = await SignerAsync();
        using var theirs = await SignerAsync(rsa: true);
        using var keys = KeysFolder(ours);
        var digest = await PushAsync(stage, "1.1.0");

        var unsigned = (await RunAsync(stage, keys)).MustExit(0).Image("web");
        Assert.Equal("held", unsigned.Decision);
        Assert.Equal($"1.1.0 (sha256:{digest.Hex[..12]}) has no signature; it is not written until cosign:prod has signed it", unsigned.Reason);
        Assert.Equal("1.1.0", unsigned.Candidate);

        await ImageSigner.SignAsync(stage.Registry, stage.RepositoryPath("web"), digest, Stage.Token, theirs);
        var other = (await RunAsync(stage, keys)).MustExit(0).Image("web");
        Assert.Equal("held", other.Decision);
        Assert.Contains("is by another key", other.Reason, StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());

        await ImageSigner.SignAsync(stage.Registry, stage.RepositoryPath("web"), digest, Stage.Token, theirs, ours);
        var signed = (await RunAsync(stage, keys)).MustExit(0).Image("web");
        Assert.Equal("updated", signed.Decision);
        Assert.EndsWith("; signed with cosign:prod", signed.Reason, StringComparison.Ordinal);
        Assert.Contains($"1.1.0@{digest}", await stage.ReadAsync("apps/web/.argocd-source-web.yaml"), StringComparison.Ordinal);
        Assert.Equal(2, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_bundle_of_cosign_3_is_found_by_the_tag_that_stands_in_for_the_referrers_API()
    {
        using var stage = await PrepareAsync(("web.verify", "cosign:prod"), ("web.pin-digest", "true"));
        using var signer = await SignerAsync();
        using var keys = KeysFolder(signer);
        var digest = await PushAsync(stage, "1.1.0");
        await signer.SignBundleAsync(stage.Registry, stage.RepositoryPath("web"), digest, Stage.Token);
        Assert.Equal("updated", (await RunAsync(stage, keys)).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task The_signature_of_an_index_is_that_of_the_index()
    {
        using var stage = await PrepareAsync(("web.verify", "cosign:prod"), ("web.pin-digest", "true"), ("web.platforms", "linux/arm64"));
        using var signer = await SignerAsync(rsa: true);
        using var keys = KeysFolder(signer);
        var index = await stage.Registry.Images.PushIndexAsync(
            stage.RepositoryPath("web"), [TestImage.Amd64(), new TestImage(null, new Platform("linux", "arm64", null))], ["1.1.0"], Stage.Token);
        await ImageSigner.SignAsync(stage.Registry, stage.RepositoryPath("web"), index, Stage.Token, signer);
        Assert.Equal("updated", (await RunAsync(stage, keys)).MustExit(0).Image("web").Decision);
        Assert.Contains($"1.1.0@{index}", await stage.ReadAsync("apps/web/.argocd-source-web.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_asks_for_signatures_while_nothing_is_due()
    {
        using var stage = await PrepareAsync(("web.verify", "cosign:prod"), ("web.pin-digest", "true"));
        using var signer = await SignerAsync();
        using var keys = KeysFolder(signer);
        await ImageSigner.SignAsync(stage.Registry, stage.RepositoryPath("web"), await PushAsync(stage, "1.1.0"), Stage.Token, signer);
        (await RunAsync(stage, keys)).MustExit(0);
        var before = await CountAsync(stage);
        Assert.Equal("up-to-date", (await RunAsync(stage, keys)).MustExit(0).Image("web").Decision);
        Assert.Equal(before, await CountAsync(stage));
    }

    [Fact]
    public async Task A_key_in_a_secret_of_the_Applications_namespace_is_taken_and_one_of_another_is_not()
    {
        using var stage = await PrepareAsync(("web.verify", "cosign:secret:argocd/keys#cosign.pub"), ("web.pin-digest", "true"));
        using var signer = await SignerAsync();
        stage.Manifest("keys.yaml", KeySecret("argocd", signer));
        await ImageSigner.SignAsync(stage.Registry, stage.RepositoryPath("web"), await PushAsync(stage, "1.1.0"), Stage.Token, signer);
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);

        using var other = await PrepareAsync(("web.verify", "cosign:secret:kube-system/keys#cosign.pub"), ("web.pin-digest", "true"));
        other.Manifest("keys.yaml", KeySecret("kube-system", signer));
        await PushAsync(other, "1.1.0");
        Assert.Contains("another namespace", (await other.RunAsync()).MustExit(1).Image("web").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_key_the_image_fails_and_its_neighbour_is_done()
    {
        using var stage = await PrepareAsync(("web.verify", "cosign:gone"), ("web.pin-digest", "true"));
        using var signer = await SignerAsync();
        using var keys = KeysFolder(signer);
        await PushAsync(stage, "1.1.0");
        stage.Deploy(new Deployment("free", stage.Image("web")));
        await stage.PublishAsync();
        var outcome = (await RunAsync(stage, keys)).MustExit(1);
        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Contains("there is no key 'gone'", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal("updated", outcome.Image("free").Decision);
    }

    [Fact]
    public async Task Test_and_explain_tell_of_the_signature()
    {
        using var stage = await PrepareAsync(("web.verify", "cosign:prod"), ("web.pin-digest", "true"));
        using var signer = await SignerAsync();
        using var keys = KeysFolder(signer);
        var digest = await PushAsync(stage, "1.1.0");

        var explained = JsonNode.Parse((await stage.CallAsync("explain", "web", "--output", "json", "--verify-keys-dir", keys.Path)).MustExit(0).Output)!;
        Assert.Equal("cosign:prod", (string)explained["verify"]!);
        Assert.Equal("held", (string)explained["tags"]!.AsArray().Single(tag => (string)tag!["tag"]! == "1.1.0")!["step"]!);

        var arguments = stage.Arguments("test", $"{stage.Image("web")}:~1", "--verify", "cosign:prod", "--verify-keys-dir", keys.Path);
        Assert.Contains("has no signature", (await Stage.ExecuteAsync(arguments)).MustExit(1).Output, StringComparison.Ordinal);
        await ImageSigner.SignAsync(stage.Registry, stage.RepositoryPath("web"), digest, Stage.Token, signer);
        Assert.Contains($"1.1.0@{digest}", (await Stage.ExecuteAsync(arguments)).MustExit(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_keys_that_is_none_is_a_mistake_in_the_configuration()
    {
        using var stage = await PrepareAsync();
        Assert.Contains("does not exist or is not a folder", (await stage.RunAsync("--verify-keys-dir", "/nowhere/keys")).MustExit(2).Errors, StringComparison.Ordinal);
    }

    private static async Task<ImageSigner> SignerAsync(bool rsa = false)
    {
        try
        {
            return await ImageSigner.CreateAsync(rsa, Stage.Token);
        }
        catch (ServerMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    /// <summary>Where the operator keeps the key <c>prod</c>, among others in one file.</summary>
    private static ScratchFolder KeysFolder(ImageSigner signer)
    {
        using var unused = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        var folder = new ScratchFolder("gob-keys-");
        folder.Write("prod.pub", $"{unused.ExportSubjectPublicKeyInfoPem()}\n{signer.PublicPem}");
        return folder;
    }

    private static string KeySecret(string @namespace, ImageSigner signer) =>
        $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\n  namespace: {@namespace}\nstringData:\n  cosign.pub: {JsonSerializer.Serialize(signer.PublicPem)}\n";

    private static Task<Outcome> RunAsync(Stage stage, ScratchFolder keys) => stage.RunAsync("--verify-keys-dir", keys.Path);

    /// <summary>An image of its own under this tag.</summary>
    private static Task<Digest> PushAsync(Stage stage, string tag) => stage.Registry.Images.PushImageAsync(
        stage.RepositoryPath("web"), TestImage.Amd64(DateTimeOffset.UnixEpoch.AddDays(tag.Sum(character => character))), [tag], Stage.Token);

    private static async Task<int> CountAsync(Stage stage) => (await stage.Registry.RequestsAsync(stage.RepositoryPath("web"), Stage.Token))
        .Count(request => request.Path.Contains(".sig", StringComparison.Ordinal) || request.Path.Contains("/referrers/", StringComparison.Ordinal) || request.Path.Contains("/blobs/sha256", StringComparison.Ordinal));

    private async Task<Stage> PrepareAsync(params (string Key, string Value)[] annotations)
    {
        var stage = await Stage.SetAsync(world);
        await PushAsync(stage, "1.0.0");
        stage.Deploy(new Deployment("web", stage.Image("web"))
        {
            Annotations = annotations.ToDictionary(annotation => annotation.Key, annotation => annotation.Value, StringComparer.Ordinal),
        });
        await stage.PublishAsync();
        return stage;
    }
}
