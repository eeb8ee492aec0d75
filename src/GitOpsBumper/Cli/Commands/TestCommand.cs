using System.CommandLine;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Commands;

/// <summary><c>bumper test</c>: what the annotations given as flags would choose for one image.</summary>
internal static class TestCommand
{
    private const string Alias = "test";

    public static Command Create(CommandContext context)
    {
        var image = new Argument<string>("image") { Description = "An image as in the image list: registry/team/web:~1.2" };
        var flags = new List<AnnotationFlag>
        {
            new("--update-strategy", "update-strategy", "semver, newest-build, alphabetical, numerical or digest."),
            new("--semver-constraint", "", "The constraint, as behind the image's colon."),
            new("--allow-tags", "allow-tags", "regexp:<RE2> or any."),
            new("--ignore-tags", "ignore-tags", "Comma separated globs."),
            new("--platforms", "platforms", "Comma separated os/arch[/variant].", "--platform"),
            new("--credentials", "pull-secret", "env:<VAR>, ext:<program in --scripts-dir>, or a secret of the manifests."),
            new("--min-age", AnnotationKeys.MinAge, "How long a version has to have been there, such as 72h or 7d."),
            new("--verify", AnnotationKeys.Verify, "cosign:<name> or cosign:secret:<namespace>/<name>#<field>: the key that has to have signed it."),
            new("--extract", "extract", "A replacement of the groups of allow-tags, such as $ts."),
            new("--variant", AnnotationKeys.Variant, "keep (that of --current), none, or a variant such as alpine."),
            new("--strict-semver", AnnotationKeys.StrictSemVer, "true: only versions of three numbers."),
        };
        var current = new Option<string?>("--current") { Description = "The tag that is written now; without it nothing is.", HelpName = "tag" };
        var command = new TaughtCommand("test", "Shows which tag of an image would be chosen, and at which step the others fell.", """
            # the newest 1.27.x of nginx
            bumper test nginx:~1.27
            # the newest build of the main branch
            bumper test registry.example.com/team/web --update-strategy newest-build --allow-tags 'regexp:^main-[0-9a-f]{7}$'
            # what a moving tag points to
            bumper test nginx:stable --update-strategy digest
            # what follows a tag with a suffix
            bumper test nginx --variant keep --current 1.27.3-alpine
            """)
        {
            image,
        }.With(SettingDefinitions.Registry);
        foreach (var flag in flags)
            command.Add(flag.Option);
        command.Add(current);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var loader = context.Loader(parsed);
            using var run = SingleRun.OpenManifests(context.Surroundings, layer => loader.Load(layer), cancellationToken);
            var settings = run.Settings;
            var policy = Policy(parsed.GetRequiredValue(image), flags, parsed, settings);
            var state = State(policy.Images[0], parsed.GetValue(current));
            var decision = await new ImageResolver(run.Answers, TimeProvider.System).DecideAsync(policy.Application, policy.Images[0], state, cancellationToken);
            var planned = new PlannedImage(policy.Images[0], state, decision);
            ExplainView.Print(context.Terminal, settings.Output, await ExplainedImage.ExplainAsync(run, policy, planned, cancellationToken));
            return decision is ImageDecision.Update or ImageDecision.UpToDate ? ExitCode.Done : ExitCode.SomeFailed;
        });
        return command;
    }

    /// <summary>The flags are annotations, so they are read as annotations: same rules, same messages.</summary>
    private static ApplicationPolicy Policy(string image, IReadOnlyList<AnnotationFlag> flags, ParseResult parsed, BumperSettings settings)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var flag in flags)
        {
            if (parsed.GetValue(flag.Option) is not { } value)
                continue;
            // What is verified is a digest, so it is shown.
            if (flag.Key == AnnotationKeys.Verify)
                annotations[$"{AnnotationKeys.Prefix}{Alias}.{AnnotationKeys.PinDigest}"] = "true";
            if (flag.Key.Length == 0)
                image = $"{image}:{value}";
            else
                annotations[$"{AnnotationKeys.Prefix}{Alias}.{flag.Key}"] = value;
        }

        annotations[$"{AnnotationKeys.Prefix}{AnnotationKeys.ImageList}"] = $"{Alias}={image}";
        var application = new ApplicationSnapshot
        {
            Name = new NamespacedName("default", "test"),
            Annotations = annotations,
            Sources = [new ApplicationSource { RepositoryUrl = "https://git.invalid/test.git", Path = ".", Kind = SourceKind.Helm }],
        };
        var policy = AnnotationReader.Read(application, settings.Annotations)!;
        var problems = policy.Problems.Concat(policy.Images.SelectMany(read => read.Problems)).Select(problem => $"{problem.Message}").Distinct().ToList();
        return problems.Count == 0 && policy.Images.Count == 1
            ? policy
            : throw new UsageException(problems.Count > 0 ? problems : [$"'{image}' names {policy.Images.Count} images, one is allowed"]);
    }

    private static ImageState State(ImagePolicy policy, string? current)
    {
        if (current is null && policy.KeepsVariant)
            throw new UsageException(["--variant keep needs --current, the tag whose variant is kept"]);
        if (current is null)
            return new ImageState { Deployed = true, Current = [], CurrentText = null };
        return ImageVersion.TryParse(current, out var version, out var problem)
            ? new ImageState { Deployed = true, Current = [version], CurrentText = current, IsWritten = true }
            : throw new UsageException([$"--current: {problem}"]);
    }

    /// <summary>A flag that stands for an annotation of the image.</summary>
    private sealed class AnnotationFlag(string flag, string key, string description, params string[] aliases)
    {
        public string Key => key;

        public Option<string?> Option { get; } = new(flag, aliases) { Description = description, HelpName = "value" };
    }
}
