using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.Annotations;

public sealed class KeyTests
{
    [Fact]
    public void An_application_without_image_list_is_none_of_ours()
    {
        Assert.Null(AnnotationReader.Read(Reading.App([Reading.HelmSource]), new AnnotationDefaults()));
        Assert.Null(AnnotationReader.Read(Reading.App([Reading.HelmSource], "update-strategy: digest"), new AnnotationDefaults()));
    }

    [Theory]
    [InlineData("gitopsbumper.io/")]
    [InlineData("argocd-image-updater.argoproj.io/")]
    public void Both_prefixes_are_read(string prefix)
    {
        var image = Reading.Image($"{prefix}image-list: web=nginx", $"{prefix}web.force-update: true");
        Assert.True(image.ForceUpdate);
    }

    [Fact]
    public void Our_prefix_wins()
    {
        var image = Reading.Image(
            "gitopsbumper.io/image-list: web=nginx", "argocd-image-updater.argoproj.io/image-list: BAD",
            "gitopsbumper.io/web.force-update: false", "argocd-image-updater.argoproj.io/web.force-update: true");
        Assert.Equal("nginx", image.Image.Name);
        Assert.False(image.ForceUpdate);
    }

    [Theory]
    [InlineData("web.update-stratgy: digest", "did you mean 'web.update-strategy'?")]
    [InlineData("web.helm.image-tags: x", "did you mean 'web.helm.image-tag'?")]
    [InlineData("write-back-mehtod: git", "did you mean 'write-back-method'?")]
    [InlineData("WEB.pin-digest: x", "did you mean 'web'?")]
    [InlineData("wob.force-update: true", "alias 'wob' is not in the image list; allowed are redis_cache, web; did you mean 'web'?")]
    [InlineData("nginx.force-update: true", "write 'nginx=library/nginx' in the image list")]
    [InlineData("helm.image-tag: x", "it is written '<alias>.helm.image-tag'")]
    [InlineData("tag-match: any", "it is written '<alias>.tag-match'")]
    [InlineData("argocd-image-updater.argoproj.io/web.pin: 1", "write 'gitopsbumper.io/web.pin'")]
    [InlineData("argocd-image-updater.argoproj.io/carry-parameters: all", "write 'gitopsbumper.io/carry-parameters'")]
    [InlineData("zzz: 1", "key 'zzz' is not known; allowed are image-list, write-back-method")]
    [InlineData("web.git-branch: x", "key 'web.git-branch' is not known")]
    [InlineData("argocd-image-updater.argoproj.io/: x", "key '' is not known")]
    public void An_unknown_key_is_told_and_stops_nothing(string line, string part)
    {
        var policy = Reading.Of("image-list: web=ghcr.io/team/web, redis/cache=redis, library/nginx", line, "redis_cache.helm.image-spec: redis", "web.helm.image-spec: web");
        Assert.Contains(part, Assert.Single(policy.AllProblems).Message, StringComparison.Ordinal);
        Assert.All(policy.Images, image => Assert.Empty(image.Problems));
        Assert.NotNull(policy.WriteBack);
    }

    [Fact]
    public void Every_key_is_understood()
    {
        string[] values =
        [
            "image-list: web=nginx", "write-back-method: git", "write-back-target: argocd-source", "git-branch: main", "git-repository: https://git.example.com/x",
            "carry-parameters: none", "pull-request: true", "group: backend", "request-update: append", "request-labels: a", "request-reviewers: ada", "request-assignees: ada", "request-draft: false",
            "request-auto-merge: false", "schedule: @daily Europe/Paris", "update-window: any", "web.update-strategy: numerical", "web.allow-tags: regexp:^(\\d+)$", "web.ignore-tags: a*", "web.platforms: linux/amd64",
            "web.pull-secret: env:X", "web.force-update: true", "web.helm.image-name: a", "web.helm.image-tag: b", "web.helm.override-tag: c", "web.kustomize.image-name: nginx", "web.compose.service: web", "web.plugin.image-name: A", "web.plugin.image-tag: B",
            "web.pin: 5", "web.digest-format: digest", "web.pin-digest: true", "web.extract: $1", "web.verify: cosign:production", "web.min-age: 72h",
            "web.on-rollback: hold", "web.rollback-memory: 30d", "web.reject-scope: repository",
            "mode: write", "web.approval: required", "web.approval-votes: 2", "web.approvers: sre", "web.approval-deadline: 72h", "web.approved: 1.5.0", "web.rejected: 1.4.0 no",
            $"web.approval-request: 1.5.0@sha256:{new string('a', 64)} 2026-11-22T10:00:00Z", "web.approvals: ",
        ];
        Assert.Empty(Reading.Of(values).AllProblems);
        var untested = AnnotationKeys.ApplicationKeys.Concat(AnnotationKeys.ImageKeys.Select(key => "web." + key)).Except(values.Select(value => value.Split(": ")[0]));
        Assert.Equal(["web.allow-downgrade", "web.variant", "web.strict-semver", "web.tag-match", "web.helm.image-spec", "web.plugin.image-spec"], untested);
    }

    [Fact]
    public void The_reference_page_explains_every_key()
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "reference", "annotations.md"));
        Assert.All(AnnotationKeys.ApplicationKeys, key => Assert.Contains($"| `{key}`", page, StringComparison.Ordinal));
        Assert.All(AnnotationKeys.ImageKeys, key => Assert.Contains($"| `<alias>.{key}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Whatever_the_annotations_say_nothing_is_thrown()
    {
        var property = Prop.ForAll(Maps.ToArbitrary(), annotations =>
        {
            var policy = AnnotationReader.Read(App(annotations), new AnnotationDefaults());
            var isOurs = annotations.ContainsKey(AnnotationKeys.Prefix + "image-list") || annotations.ContainsKey(AnnotationKeys.ImageUpdaterPrefix + "image-list");
            return isOurs == policy is not null && (policy is null || policy.AllProblems.All(problem => problem.Message.Length > 0));
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), property);
    }

    [Fact]
    public void Every_annotation_under_our_prefixes_is_understood_or_a_problem()
    {
        var property = Prop.ForAll(Maps.ToArbitrary(), annotations =>
        {
            var listed = new Dictionary<string, string>(annotations) { [AnnotationKeys.Prefix + "image-list"] = "web=nginx, a/b=redis" };
            var problems = AnnotationReader.Read(App(listed), new AnnotationDefaults())!.AllProblems.Select(problem => problem.Key).ToHashSet();
            return listed.Keys.Where(IsUnknown).All(problems.Contains);
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), property);
    }

    /// <summary>Told apart from the reader: neither an application's key nor one of the images web and a_b.</summary>
    private static bool IsUnknown(string key)
    {
        var isOwn = key.StartsWith(AnnotationKeys.Prefix, StringComparison.Ordinal);
        if (!isOwn && !key.StartsWith(AnnotationKeys.ImageUpdaterPrefix, StringComparison.Ordinal))
            return false;
        var name = key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var known = AnnotationKeys.ApplicationKeys.Concat(AnnotationKeys.DefaultableKeys)
            .Concat(AnnotationKeys.ImageKeys.SelectMany(image => new[] { "web." + image, "a_b." + image }));
        return !known.Contains(name) || (!isOwn && AnnotationKeys.OwnKeys.Any(own => name == own || name.EndsWith("." + own, StringComparison.Ordinal)));
    }

    private static ApplicationSnapshot App(IReadOnlyDictionary<string, string> annotations) => new()
    {
        Name = new NamespacedName("argocd", "web"),
        Sources = [Reading.HelmSource],
        Annotations = annotations,
    };

    private static Gen<string> AnyText { get; } = ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "");

    private static Gen<string> Keys { get; } =
        from prefix in Gen.Elements(AnnotationKeys.Prefix, AnnotationKeys.ImageUpdaterPrefix, "other.io/", "")
        from alias in Gen.Elements("", "web.", "a_b.", "wob.", ".", "web.helm.")
        from key in Gen.OneOf(Gen.Elements(AnnotationKeys.ApplicationKeys.Concat(AnnotationKeys.ImageKeys).ToArray()), AnyText)
        select prefix + alias + key;

    private static Gen<string> Values { get; } = Gen.OneOf(
        AnyText,
        Gen.ListOf(Gen.Elements(
            "web", "a/b", "=", ":", ",", "nginx", "@", "sha256:", "/", "~1", ">=1 <2", "*", " ", "regexp:", "(", ")", "[", "\\", "$1", "${", "git", "secret", "argocd", "#", "..",
            "-", "\n", "\0", "linux", "amd64", "semver", "digest", "numerical", "true", "none", "https://", "é", "99999999999999999999")).Select(parts => string.Concat(parts)));

    private static Gen<Dictionary<string, string>> Maps { get; } =
        from entries in Gen.ListOf(from key in Keys from value in Values select KeyValuePair.Create(key, value))
        select entries.DistinctBy(entry => entry.Key).ToDictionary(entry => entry.Key, entry => entry.Value);
}
