using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.WriteBack;

/// <summary>The lists of an Application before and after a version is written; the cases are rows of <c>Vectors/applications</c>.</summary>
public sealed class ApplicationEditTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(1000);
    private static readonly string[] Digests = [$"sha256:{new string('1', 64)}", $"sha256:{new string('2', 64)}"];

    public static TheoryData<string, string, string, string> Images() => VectorFile.Quadruples("applications", "images.tsv");

    public static TheoryData<string, string, string, string> Parameters() => VectorFile.Quadruples("applications", "parameters.tsv");

    [Theory]
    [MemberData(nameof(Images))]
    public void Images_of_a_kustomization_are_set(string image, string version, string before, string after)
    {
        var set = SetImage(image, version, List(before));
        Assert.Equal(List(after), set);
        Assert.Equal(set, SetImage(image, version, set));
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Helm_parameters_are_set(string annotations, string version, string before, string after)
    {
        var set = SetParameters(annotations, version, [.. List(before).Select(Parameter)]);
        Assert.Equal(List(after).Select(Parameter), set);
        Assert.Equal(set, SetParameters(annotations, version, set));
    }

    [Fact]
    public void What_is_no_entry_of_the_image_stays_as_it_is() => Check.One(Config, Prop.ForAll(Entries.ListOf().ToArbitrary(), Versions.ToArbitrary(), (entries, version) =>
    {
        var before = entries.ToList();
        var policy = Policy("nginx", SourceKind.Kustomize);
        var after = SetImage("nginx", version, before);
        var touched = ApplicationEdit.Entries(before, policy);
        Assert.Equal(before.Where((_, index) => !touched.ContainsKey(index)), after.Take(before.Count).Where((_, index) => !touched.ContainsKey(index)));
        Assert.Equal(before.Count + (touched.Count == 0 ? 1 : 0), after.Count);
        Assert.All(ApplicationEdit.Entries(after, policy).Values, entry => Assert.Equal(Version(version), entry.Version));
        Assert.Equal(after, SetImage("nginx", version, after));
    }));

    [Fact]
    public void What_is_no_parameter_of_the_image_stays_as_it_is() => Check.One(Config, Prop.ForAll(Foreign.ListOf().ToArbitrary(), Versions.ToArbitrary(), (entries, version) =>
    {
        var before = entries.ToList();
        var after = SetParameters("", version, before);
        string[] names = ["image.name", "image.tag"];
        var touched = names.Select(name => HelmParameter.IndexOf(before, name)).ToList();
        Assert.Equal(before.Where((_, index) => !touched.Contains(index)), after.Take(before.Count).Where((_, index) => !touched.Contains(index)));
        Assert.Equal(before.Count + touched.Count(index => index < 0), after.Count);
        Assert.Equal(version, Rendered(after)["image.tag"]);
        Assert.Equal(after, SetParameters("", version, after));
    }));

    [Fact]
    public void A_change_shows_the_changed_entries_and_no_others()
    {
        var app = App(SourceKind.Helm, [new("db.password", "hunter2", false), new("image.tag", "1.4.0", true)], []);
        var edit = Edit(app, "registry.example.com/team/web", "1.5.0");
        var change = edit.ToChange(app.Name);
        Assert.Equal("argocd/web/spec.source.helm.parameters", change.Path.Text);
        Assert.Equal("- name: image.tag\n  value: 1.4.0\n  forceString: true\n", change.OldText);
        Assert.Equal("- name: image.tag\n  value: 1.5.0\n  forceString: true\n- name: image.name\n  value: registry.example.com/team/web\n  forceString: true\n", change.NewText);
        Assert.Null(edit.SourceIndex);
    }

    [Fact]
    public void Of_several_sources_the_one_that_is_written_is_named()
    {
        var single = App(SourceKind.Kustomize, [], ["nginx:1.26.0"]);
        var app = single with { HasMultipleSources = true, Sources = [new ApplicationSource { RepositoryUrl = "https://git.example.com/values", Ref = "values" }, .. single.Sources] };
        var edit = Edit(app, "nginx", "1.27.0");
        Assert.Equal(1, edit.SourceIndex);
        Assert.Equal("argocd/web/spec.sources[1].kustomize.images", edit.ToChange(app.Name).Path.Text);
        Assert.Equal("- nginx:1.27.0\n", edit.ToChange(app.Name).NewText);
    }

    /// <summary>As Argo CD calls Helm: <c>--set</c> and <c>--set-string</c> from a map each, of which Helm reads the second last.</summary>
    private static Dictionary<string, string> Rendered(IEnumerable<HelmParameter> parameters)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in parameters.OrderBy(parameter => parameter.ForceString))
            values[parameter.Name] = parameter.Value;
        return values;
    }

    private static Gen<string> Versions { get; } = Gen.Elements("1.27.0", "2", "20260818", "true", Digests[0], $"1.27.0@{Digests[1]}");

    private static Gen<string> Entries { get; } =
        from name in Gen.Elements("", "nginx=", "a=", "docker.io/library/nginx=", "=", "*=")
        from image in Gen.Elements("nginx", "docker.io/nginx", "redis", "localhost:5000/nginx", "*", "", "NGINX", "a b")
        from version in Gen.Elements("", ":1.26.0", ":2", ":*", $"@{Digests[0]}", $":1.26.0@{Digests[0]}", ":", "@", "::", "@sha256:x")
        select name + image + version;

    private static Gen<HelmParameter> Foreign { get; } =
        from name in Gen.Elements("image.tag", "image.name", "image.tags", "a", "image", "")
        from value in Gen.Elements("", "1.26.0", "nginx", "docker.io/library/nginx", "1.27.0", "true")
        from forced in Gen.Elements(true, false)
        select new HelmParameter(name, value, forced);

    private static IReadOnlyList<string> SetImage(string image, string version, IReadOnlyList<string> before) => Edit(App(SourceKind.Kustomize, [], before), image, version).Images.New;

    private static IReadOnlyList<HelmParameter> SetParameters(string annotations, string version, IReadOnlyList<HelmParameter> before) =>
        Edit(App(SourceKind.Helm, before, [], annotations.Split("; ", StringSplitOptions.RemoveEmptyEntries)), "registry.example.com/team/web", version).Parameters.New;

    /// <summary>As the planner would, for an image whose version was decided.</summary>
    private static ApplicationEdit Edit(ApplicationSnapshot app, string image, string version)
    {
        var policy = Read(app, image);
        var only = Assert.Single(policy.Images);
        var state = ImageStateReader.Read(only, app, policy.WriteBack!);
        return ApplicationPlanner.Plan(app, policy.WriteBack!, [new PlannedImage(only, state, new ImageDecision.Update(Version(version), "it is newer"))]).Edit
            ?? ApplicationEdit.Of(app, policy.WriteBack!);
    }

    private static ImagePolicy Policy(string image, SourceKind kind) => Assert.Single(Read(App(kind, [], []), image).Images);

    private static ApplicationPolicy Read(ApplicationSnapshot app, string image)
    {
        var parts = image.Split('=');
        var annotations = new Dictionary<string, string>(app.Annotations, StringComparer.Ordinal) { ["gitopsbumper.io/image-list"] = $"web={parts[0]}" };
        if (parts.Length > 1)
            annotations["gitopsbumper.io/web.kustomize.image-name"] = parts[1];
        var policy = AnnotationReader.Read(app with { Annotations = annotations }, new AnnotationDefaults { DefaultMethod = WriteBackMethod.ArgoCd })!;
        Assert.Empty(policy.AllProblems);
        return policy;
    }

    private static ApplicationSnapshot App(SourceKind kind, IReadOnlyList<HelmParameter> parameters, IReadOnlyList<string> images, params string[] annotations) => new()
    {
        Name = new NamespacedName("argocd", "web"),
        Sources = [new ApplicationSource { RepositoryUrl = "https://git.example.com/apps", Path = "web", Kind = kind, HelmParameters = parameters, KustomizeImages = images }],
        Annotations = annotations.Select(line => line.Split(": ")).ToDictionary(pair => $"gitopsbumper.io/{pair[0]}", pair => pair[1], StringComparer.Ordinal),
    };

    private static ImageVersion Version(string text)
    {
        Assert.True(ImageVersion.TryParse(WithDigests(text), out var version, out var problem), problem);
        return version;
    }

    private static IReadOnlyList<string> List(string text) => text == "-" ? [] : WithDigests(text).Split(' ');

    private static string WithDigests(string text) => text.Replace("D1", Digests[0], StringComparison.Ordinal).Replace("D2", Digests[1], StringComparison.Ordinal);

    private static HelmParameter Parameter(string text)
    {
        var (name, value) = (text.Split('=', 2)[0], text.Split('=', 2)[1]);
        return new HelmParameter(name, value.TrimEnd('!'), value.EndsWith('!'));
    }
}
