using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GitOpsBumper.Tests.Support;

/// <summary>Reads from a compiled floor which room's types use which other room's: in signatures, fields, attributes and method bodies.</summary>
internal static class RoomUse
{
    /// <param name="assembly">Path of the assembly.</param>
    /// <param name="rootNamespace">Its root; the next part of a namespace is the room.</param>
    /// <returns>Pairs such as <c>Planning -> Images (ImagePlanner)</c>, without a room's use of itself.</returns>
    public static IReadOnlyList<Use> Read(string assembly, string rootNamespace)
    {
        using var module = ModuleDefinition.ReadModule(assembly);
        var uses = new HashSet<Use>();
        foreach (var type in module.GetTypes())
        {
            if (Room(type, rootNamespace) is not { } from)
                continue;
            foreach (var used in References(type).SelectMany(Flatten))
            {
                if (Room(used, rootNamespace) is { } to && to != from)
                    uses.Add(new Use(from, to, Outermost(type).Name));
            }
        }

        return [.. uses];
    }

    private static IEnumerable<TypeReference?> References(TypeDefinition type)
    {
        yield return type.BaseType;
        foreach (var implemented in type.Interfaces)
            yield return implemented.InterfaceType;
        foreach (var field in type.Fields)
            yield return field.FieldType;
        foreach (var method in type.Methods)
        {
            yield return method.ReturnType;
            foreach (var parameter in method.Parameters)
                yield return parameter.ParameterType;
            foreach (var instruction in method.HasBody ? method.Body.Instructions : Enumerable.Empty<Instruction>())
            {
                if (instruction.Operand is TypeReference used)
                    yield return used;
                else if (instruction.Operand is MemberReference member)
                    yield return member.DeclaringType;
            }
        }
    }

    private static IEnumerable<TypeReference> Flatten(TypeReference? type)
    {
        if (type is null)
            yield break;
        yield return type;
        if (type is GenericInstanceType generic)
        {
            foreach (var argument in generic.GenericArguments.SelectMany(Flatten))
                yield return argument;
        }

        if (type is TypeSpecification specification)
        {
            foreach (var element in Flatten(specification.ElementType))
                yield return element;
        }
    }

    private static string? Room(TypeReference type, string rootNamespace)
    {
        var space = Outermost(type).Namespace;
        return space.StartsWith(rootNamespace + ".", StringComparison.Ordinal) ? space[(rootNamespace.Length + 1)..].Split('.')[0] : null;
    }

    private static TypeReference Outermost(TypeReference type)
    {
        var outer = type is TypeSpecification specification ? specification.GetElementType() : type;
        while (outer.DeclaringType is not null)
            outer = outer.DeclaringType;
        return outer;
    }
}

/// <param name="From">The room that uses.</param>
/// <param name="To">The room that is used.</param>
/// <param name="Type">A type that does it.</param>
internal sealed record Use(string From, string To, string Type);
