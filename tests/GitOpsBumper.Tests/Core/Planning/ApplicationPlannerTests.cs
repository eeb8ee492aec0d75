using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Checks;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>Method argocd from annotations to the lists of the Application, without any I/O.</summary>
public sealed class ApplicationPlannerTests
{
    private const string Repository = "registry.example.com/team/web";
    private readonly RegistryWorld _registry = new RegistryWorld().Push("1.3.0", day: 3).Push("1.4.0", day: 4).Push("1.5.0", day: 5).Push("stable", day: 5);
    private IReadOnlyList<HelmParameter> _parameters = [new("image.name", Repository, true), new("image.tag", "1.4.0", true)];
    private IReadOnlyList<string> _images = [$"{Repository}:1.4.0"];
    private IReadOnlyList<string>? _running;
    private SourceKind _kind = SourceKind.Helm;

    [Theory]
    [InlineData(SourceKind.Helm)]
    [InlineData(SourceKind.Kustomize)]
    public void A_newer_version_is_written_and_then_nothing_more(SourceKind kind)
    {
        _kind = kind;
        Assert.Equal("1.5.0", Assert.IsType<ImageDecision.Update>(Cycle()).Value.ToString());
        Assert.Equal(kind == SourceKind.Helm ? "1.5.0" : "1.4.0", _parameters[1].Value);
        Assert.Equal([$"{Repository}:{(kind == SourceKind.Kustomize ? "1.5.0" : "1.4.0")}"], _images);
        Assert.IsType<ImageDecision.UpToDate>(Cycle());
    }

    [Theory]
    [InlineData(SourceKind.Helm)]
    [InlineData(SourceKind.Kustomize)]
    public void What_the_Application_says_counts_more_than_what_runs(SourceKind kind)
    {
        _kind = kind;
        _running = [$"{Repository}:1.5.0"];
        Assert.IsType<ImageDecision.Update>(Cycle());
        _running = [$"{Repository}:1.3.0"];
        Assert.IsType<ImageDecision.UpToDate>(Cycle());
    }

    [Theory]
    [InlineData(SourceKind.Helm)]
    [InlineData(SourceKind.Kustomize)]
    public void Where_the_Application_says_nothing_what_runs_counts(SourceKind kind)
    {
        (_kind, _parameters, _images) = (kind, [], ["redis:7"]);
        _running = [$"{Repository}:1.5.0"];
        Assert.IsType<ImageDecision.UpToDate>(Cycle());
        Assert.Empty(_parameters);
        Assert.Equal(["redis:7"], _images);
        _running = [$"{Repository}:1.4.0"];
        Assert.IsType<ImageDecision.Update>(Cycle());
        Assert.IsType<ImageDecision.UpToDate>(Cycle());
    }

    [Theory]
    [InlineData(SourceKind.Helm)]
    [InlineData(SourceKind.Kustomize)]
    public void What_does_not_run_is_skipped(SourceKind kind)
    {
        (_kind, _running) = (kind, ["redis:7"]);
        Assert.IsType<ImageDecision.Skipped>(Cycle());
        Assert.IsType<ImageDecision.Update>(Cycle("web.force-update=true"));
    }

    [Fact]
    public void An_override_in_the_parameters_pins()
    {
        _parameters = [.. _parameters, new("image.overrideTag", "1.3.0", true)];
        var pinned = Assert.IsType<ImageDecision.Pinned>(Cycle());
        Assert.Equal("pinned: 1.3.0 by image.overrideTag in the parameters of Application argocd/web; 1.5.0 would be chosen", pinned.Reason);
        Assert.Equal("1.4.0", _parameters[1].Value);
        _parameters = [.. _parameters.Take(2), new("image.overrideTag", "", true)];
        Assert.IsType<ImageDecision.Update>(Cycle());
    }

    [Theory]
    [InlineData("registry.example.com/team/web:1.4.0", "registry.example.com/team/web:1.5.0")]
    [InlineData("team/web:1.4.0", "team/web:1.5.0")]
    [InlineData("redis:9", null)]
    public void A_parameter_for_the_whole_image_that_holds_another_is_left_alone(string written, string? expected)
    {
        _parameters = [new("image", written, true)];
        if (expected is null)
            Assert.Contains("'redis' stands there", Assert.IsType<ImageDecision.Failed>(Cycle("web.helm.image-spec=image")).Reason, StringComparison.Ordinal);
        else
            Assert.IsType<ImageDecision.Update>(Cycle("web.helm.image-spec=image"));
        Assert.Equal(expected ?? written, Assert.Single(_parameters).Value);
    }

    [Fact]
    public void Of_several_overrides_the_one_counts_that_Helm_takes()
    {
        _parameters = [.. _parameters, new("image.overrideTag", "1.3.0", true), new("image.overrideTag", "", false)];
        Assert.Equal("pinned: 1.3.0 by image.overrideTag in the parameters of Application argocd/web; 1.5.0 would be chosen", Assert.IsType<ImageDecision.Pinned>(Cycle()).Reason);
        _parameters = [.. _parameters, new("image.overrideTag", "", true)];
        Assert.IsType<ImageDecision.Update>(Cycle());
    }

    [Fact]
    public void Of_several_tags_the_one_counts_that_Helm_takes()
    {
        _parameters = [.. _parameters, new("image.tag", "1.5.0", false)];
        Assert.IsType<ImageDecision.Update>(Cycle());
        Assert.Equal(["1.5.0", "1.5.0"], _parameters.Where(parameter => parameter.Name == "image.tag").Select(parameter => parameter.Value));
        Assert.IsType<ImageDecision.UpToDate>(Cycle());
    }

    /// <summary><c>argocd app rollback</c> deploys what was deployed before, and leaves the source as it is.</summary>
    [Theory]
    [InlineData(SourceKind.Helm)]
    [InlineData(SourceKind.Kustomize)]
    public void A_rollback_within_Argo_CD_is_left_alone(SourceKind kind)
    {
        (_kind, _parameters, _images) = (kind, [], []);
        _running = [$"{Repository}:1.4.0"];
        Assert.IsType<ImageDecision.Update>(Cycle());
        _running = [$"{Repository}:1.5.0"];
        Assert.IsType<ImageDecision.UpToDate>(Cycle());
        _running = [$"{Repository}:1.3.0"];
        Assert.IsType<ImageDecision.UpToDate>(Cycle());
    }

    /// <summary>Nothing remembers who wrote what the Application says: whoever wants an older version says so.</summary>
    [Theory]
    [InlineData(SourceKind.Helm)]
    [InlineData(SourceKind.Kustomize)]
    public void An_older_version_written_by_hand_holds_only_with_a_pin(SourceKind kind)
    {
        (_kind, _parameters, _images) = (kind, [new("image.name", Repository, true), new("image.tag", "1.3.0", true)], [$"{Repository}:1.3.0"]);
        Assert.IsType<ImageDecision.Pinned>(Cycle("web.pin=1.3.0"));
        Assert.IsType<ImageDecision.Update>(Cycle());
    }

    [Theory]
    [InlineData(SourceKind.Helm)]
    [InlineData(SourceKind.Kustomize)]
    public void The_annotation_pin_is_written_and_held(SourceKind kind)
    {
        _kind = kind;
        Assert.Equal("1.3.0", Assert.IsType<ImageDecision.Update>(Cycle("web.pin=1.3.0")).Value.ToString());
        Assert.IsType<ImageDecision.Pinned>(Cycle("web.pin=1.3.0"));
    }

    [Theory]
    [InlineData("tag@digest", "web={0}:stable@{1}")]
    [InlineData("digest", "web={0}@{1}")]
    public void The_digest_is_written_as_the_image_wants_it(string format, string expected)
    {
        (_kind, _images) = (SourceKind.Kustomize, [$"web={Repository}:stable"]);
        string[] annotations = ["web.update-strategy=digest", $"web.digest-format={format}", $"image-list=web={Repository}:stable"];
        var update = Assert.IsType<ImageDecision.Update>(Cycle(annotations));
        Assert.Contains("stable is written", update.Reason, StringComparison.Ordinal);
        Assert.Equal([expected.Replace("{0}", Repository, StringComparison.Ordinal).Replace("{1}", _registry.Digest("stable").ToString(), StringComparison.Ordinal)], _images);
        Assert.IsType<ImageDecision.UpToDate>(Cycle(annotations));
        _registry.Push("stable", day: 6);
        Assert.IsType<ImageDecision.Update>(Cycle(annotations));
    }

    [Theory]
    [InlineData("semver")]
    [InlineData("newest-build")]
    public void A_lone_digest_is_named_before_it_is_compared(string strategy)
    {
        (_kind, _images) = (SourceKind.Kustomize, [$"web={Repository}@{_registry.Digest("1.4.0")}"]);
        string[] annotations = [$"web.update-strategy={strategy}", "web.pin-digest=true", "web.digest-format=digest", "web.ignore-tags=stable"];
        Assert.IsType<ImageDecision.Update>(Cycle(annotations));
        Assert.Equal([$"web={Repository}@{_registry.Digest("1.5.0")}"], _images);
        Assert.IsType<ImageDecision.UpToDate>(Cycle(annotations));
    }

    [Fact]
    public void Entries_that_differ_are_brought_together()
    {
        (_kind, _images) = (SourceKind.Kustomize, [$"a={Repository}:1.5.0", $"b={Repository}:1.3.0"]);
        Assert.IsType<ImageDecision.Update>(Cycle());
        Assert.Equal([$"a={Repository}:1.5.0", $"b={Repository}:1.5.0"], _images);
        Assert.IsType<ImageDecision.UpToDate>(Cycle());
    }

    [Fact]
    public void An_image_without_version_in_the_list_gets_one()
    {
        (_kind, _images, _running) = (SourceKind.Kustomize, [$"web={Repository}"], [$"{Repository}:1.4.0"]);
        Assert.IsType<ImageDecision.Update>(Cycle());
        Assert.Equal([$"web={Repository}:1.5.0"], _images);
    }

    [Theory]
    [InlineData(SourceKind.Helm)]
    [InlineData(SourceKind.Kustomize)]
    public void What_nobody_has_approved_waits_and_what_is_rejected_is_not_written(SourceKind kind)
    {
        _kind = kind;
        var version = $"1.5.0@{_registry.Digest("1.5.0")}";
        Assert.Equal(version, Assert.IsType<ImageDecision.Pending>(Cycle("web.approval=required")).Asked?.Version.ToString());
        Assert.IsType<ImageDecision.Rejected>(Cycle($"web.rejected={version} no"));
        Assert.Single(Assert.IsType<ImageDecision.Update>(Cycle("web.approval=required", $"web.approved={version}")).ApprovedBy);
    }

    /// <summary>One cycle over the only image; what it writes is what the next one finds.</summary>
    private ImageDecision Cycle(params string[] annotations)
    {
        var app = new ApplicationSnapshot
        {
            Name = new NamespacedName("argocd", "web"),
            Annotations = new[] { $"image-list=web={Repository}", "write-back-method=argocd" }.Concat(annotations).Select(line => line.Split('=', 2))
                .GroupBy(pair => pair[0]).ToDictionary(group => $"gitopsbumper.io/{group.Key}", group => group.Last()[1], StringComparer.Ordinal),
            RunningImages = _running?.Select(Image).ToList(),
            Sources = [new ApplicationSource { RepositoryUrl = "https://git.example.com/apps", Path = "web", Kind = _kind, HelmParameters = _parameters, KustomizeImages = _images }],
        };
        var policy = AnnotationReader.Read(app, new AnnotationDefaults())!;
        Assert.Empty(policy.AllProblems);
        var image = Assert.Single(policy.Images);
        var state = ImageStateReader.Read(image, app, policy.WriteBack!);
        var operation = ApplicationPlanner.Plan(app, policy.WriteBack!, [new PlannedImage(image, state, _registry.Decide(image, state))], null, planned => ApprovalCheck.Wait(planned, app.Name, null, _registry.Now));
        Assert.Equal(operation.Edit is not null, operation.Images[0].Decision is ImageDecision.Update);
        _parameters = operation.Edit?.Parameters.New ?? _parameters;
        _images = operation.Edit?.Images.New ?? _images;
        return operation.Images[0].Decision;
    }

    private static ImageReference Image(string text)
    {
        Assert.True(ImageReference.TryParse(text, out var image, out var problem), problem);
        return image;
    }
}
